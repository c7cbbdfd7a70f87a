"""Brings any photo's colours to sRGB by the profile it carries, at the depth it has."""

from __future__ import annotations

import functools
import io
from pathlib import Path
from typing import NamedTuple

import cv2
import imagecodecs
import numpy as np
from PIL import ImageCms

_FOLDER = Path(__file__).parent / "profiles"
SRGB = (_FOLDER / "sRGB-v2-magic.icc").read_bytes()
# a CMYK photo without a profile is read as U.S. web coated, what Photoshop's North American default assumes
CMYK_WITHOUT_PROFILE = (_FOLDER / "CGATS001Compat-v2-micro.icc").read_bytes()

_SIGNATURES = {"grey": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}
_CHANNELS = {"grey": 1, "RGB": 3, "CMYK": 4}
_HEADER_BYTES = 128  # ICC.1:2022, 7.2: the profile header
_LONGEST_DESCRIPTION = 80  # characters kept: the text comes from outside and ends up on screen
_CMS = imagecodecs.CMS
# lcms resamples a 16-bit matrix profile to a coarse table unless told not to: up to 21/255 off where Adobe RGB
# leaves the sRGB gamut (measured on random colours); exact costs 0.1 s for 4 MP. 8 bit stays exact and fast.
_EXACT = int(_CMS.FLAGS.NOOPTIMIZE)
_FLAGS = int(_CMS.FLAGS.BLACKPOINTCOMPENSATION)


class InSrgb(NamedTuple):
    """A picture in sRGB and how it got there."""

    picture: np.ndarray  # (H, W, 3), dtype of the pixels given
    description: str | None
    problem: str | None
    converted: bool


def to_srgb(pixels: np.ndarray, space: str, icc: bytes | None) -> InSrgb:
    """Convert pixels to sRGB: relative colorimetric with black point compensation, as photo editors do it.

    Args:
        pixels: (H, W) grey, (H, W, 3) RGB or (H, W, 4) CMYK with 0 = no ink; uint8 or uint16.
        space: ``"grey"``, ``"RGB"`` or ``"CMYK"``.
        icc: The embedded profile, or None.

    Returns:
        The picture, the profile's description, why the profile was left out if it was, and whether values were
        converted. Without a usable profile grey and RGB count as sRGB, and CMYK as `CMYK_WITHOUT_PROFILE`.
    """
    description, problem = (None, None) if icc is None else _inspect(icc, space)
    usable = icc if problem is None else None
    if space == "CMYK":
        exact = _transform(pixels, usable or CMYK_WITHOUT_PROFILE, space)
        return InSrgb(exact, description, problem, True)
    if usable is None or _is_srgb(usable, space):
        return InSrgb(_three(pixels), description, problem, False)
    if space == "grey":  # one curve: look every level up once
        levels = np.arange(np.iinfo(pixels.dtype).max + 1, dtype=pixels.dtype)
        table = _transform(levels[:, None], usable, space)[:, 0]
        return InSrgb(table[pixels], description, problem, True)
    return InSrgb(_transform(pixels, usable, space), description, problem, True)


@functools.lru_cache(maxsize=16)
def _inspect(icc: bytes, space: str) -> tuple[str | None, str | None]:
    """(description, problem) of a profile for pixels of that space."""
    if len(icc) < _HEADER_BYTES or icc[36:40] != b"acsp":
        return None, "the embedded colour profile is not an ICC profile"
    if icc[16:20] != _SIGNATURES[space]:
        found = icc[16:20].decode("ascii", "replace").strip()
        return None, f"the embedded colour profile is for {found!r} pixels, the photo is {space}"
    try:
        text = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc)))
        probe = np.zeros((1, 1, _CHANNELS[space]), np.uint8)
        _transform(probe[..., 0] if space == "grey" else probe, icc, space)
    except Exception:  # lcms refuses it; what exactly is wrong it does not say
        return None, "the embedded colour profile cannot be read"
    text = "".join(c for c in text if c.isprintable()).strip()[:_LONGEST_DESCRIPTION]
    return text or None, None


@functools.lru_cache(maxsize=16)
def _is_srgb(icc: bytes, space: str) -> bool:
    """Whether the profile moves no colour of a coarse grid by more than one level: then nothing is converted."""
    steps = np.linspace(0, 255, 17).round().astype(np.uint8)
    if space == "grey":
        grid = steps[:, None]
    else:
        grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 1, 3)
    return bool(np.abs(_transform(grid, icc, space).astype(int) - _three(grid)).max() <= 1)


def _transform(pixels: np.ndarray, icc: bytes, space: str) -> np.ndarray:
    exact = 0 if pixels.dtype == np.uint8 and space == "RGB" else _EXACT
    return imagecodecs.cms_transform(
        pixels,
        icc,
        SRGB,
        colorspace={"grey": "minisblack", "RGB": "rgb", "CMYK": "cmyk"}[space],
        outcolorspace="rgb",
        intent=int(_CMS.INTENT.RELATIVE_COLORIMETRIC),
        flags=_FLAGS | exact,
    )


def _three(pixels: np.ndarray) -> np.ndarray:
    return cv2.merge([pixels] * 3) if pixels.ndim == 2 else pixels
