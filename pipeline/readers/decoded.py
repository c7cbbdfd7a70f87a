"""What a reader makes of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbench.domain.errors import PhotoRefused

# called by a reader with (width, height) from the header, before any pixel is decoded; raises PhotoRefused
SizeCheck = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Pixels as the file holds them: not yet upright, not yet sRGB.

    ``pixels`` is (H, W) grey, (H, W, 3) RGB or (H, W, 4) CMYK with 0 = no ink, uint8 or uint16. ``alpha`` has
    the same dtype, (H, W). ``profile_space`` is what the embedded profile must be for.
    """

    pixels: np.ndarray
    profile_space: str  # "grey", "RGB", "CMYK"
    colour_space: str  # as recorded: also "palette"
    bit_depth: int
    icc: bytes | None = None
    exif_orientation: int = 1
    alpha: np.ndarray | None = None
    premultiplied: bool = False
    had_alpha: bool = False


def truncated(what: str) -> PhotoRefused:
    """The refusal for a file that ends too early."""
    return PhotoRefused(f"the photo is truncated: {what}", allowed="a complete file")


def corrupt(what: str) -> PhotoRefused:
    """The refusal for a file whose content contradicts its format."""
    return PhotoRefused(f"the photo is corrupt: {what}", allowed="an undamaged file")


def unsupported(what: str, allowed: str) -> PhotoRefused:
    """The refusal for a sound file of a kind that is not taken."""
    return PhotoRefused(f"unsupported kind of photo: {what}", allowed=allowed)


def animated(what: str) -> PhotoRefused:
    """The refusal for a file with more than one picture."""
    return PhotoRefused(f"the file holds more than one picture: {what}", allowed="one picture a file")
