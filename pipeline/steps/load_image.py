"""Opens the photo as everyone should see it: upright, in sRGB, complete; or says why it cannot be used."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any

import cv2
import numpy as np

from pipeline.colour_profiles import to_srgb
from pipeline.image import freeze
from pipeline.readers.decoded import Decoded
from pipeline.readers.formats import READERS, photo_format
from pipeline.readers.read_file import read_file
from pipeline.source import Source
from pipeline.step import Step, param
from workbench.domain.errors import PhotoRefused

# EXIF 2.32 orientation -> the turn that makes it upright
_TURNS = {
    2: lambda a: cv2.flip(a, 1),
    3: lambda a: cv2.rotate(a, cv2.ROTATE_180),
    4: lambda a: cv2.flip(a, 0),
    5: cv2.transpose,
    6: lambda a: cv2.rotate(a, cv2.ROTATE_90_CLOCKWISE),
    7: lambda a: cv2.rotate(cv2.transpose(a), cv2.ROTATE_180),
    8: lambda a: cv2.rotate(a, cv2.ROTATE_90_COUNTERCLOCKWISE),
}


@dataclass(frozen=True, slots=True)
class Params:
    """What is too small or too heavy to be a product photo."""

    min_side_px: int = param(32, doc="shortest side that is still a photo", unit="px", low=1, high=1000)
    max_file_mb: int = param(1000, doc="largest file that is read", unit="MB", low=1, high=4000)


def load_image(*, path: str, pixel_limit: int, params: Params) -> Mapping[str, Any]:
    """Open one photo: upright by EXIF, in sRGB by its profile, transparency laid on white.

    A 16-bit file stays 16 bit and is converted at that precision. CMYK without a profile is read as U.S. web
    coated; grey and RGB without a profile are sRGB already. A profile that cannot be used is left out and the
    record says so.

    Args:
        path: A local file.
        pixel_limit: Most pixels a photo may have; checked in the header, before anything is decoded.
        params: Bounds.

    Returns:
        photo and image: the same (H, W, 3) picture, uint8 or uint16; source: what the file was; geometry: 3x3
        identity.

    Raises:
        PhotoRefused: Not a photo, not one of the formats, mis-named, truncated, corrupt, several pictures, too
            large or too small.
    """
    name = "".join(c if c.isprintable() else "?" for c in PurePath(path).name)
    try:
        data = read_file(path, most_bytes=params.max_file_mb * 1_000_000)
        kind = photo_format(path, data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # libraries warn about oddities of the file; the record holds what counts
            decoded = READERS[kind](data, partial(_check_size, pixel_limit=pixel_limit, params=params))
            pixels = decoded.pixels if decoded.alpha is None else _on_white(decoded)
            result = to_srgb(pixels, decoded.profile_space, decoded.icc)
    except PhotoRefused as error:
        raise PhotoRefused(error.found, where=name, allowed=error.allowed) from error
    except MemoryError:  # about the machine, not the photo
        raise
    except Exception as error:  # decoders raise anything at all on hostile bytes: the photo is at fault
        found = f"the photo cannot be decoded: {type(error).__name__}: {str(error)[:200]}"
        raise PhotoRefused(found, where=name, allowed="an undamaged file") from error
    turn = _TURNS.get(decoded.exif_orientation)
    photo = freeze(turn(result.picture) if turn else result.picture)
    source = Source(
        format=kind,
        width_px=photo.shape[1],
        height_px=photo.shape[0],
        bit_depth=decoded.bit_depth,
        colour_space=decoded.colour_space,
        exif_orientation=decoded.exif_orientation,
        icc_description=result.description,
        icc_problem=result.problem,
        converted=result.converted,
        had_alpha=decoded.had_alpha,
        file_bytes=len(data),
    )
    return {"photo": photo, "image": photo, "source": source, "geometry": freeze(np.eye(3))}


def _check_size(width: int, height: int, *, pixel_limit: int, params: Params) -> None:
    if width * height > pixel_limit:
        raise PhotoRefused(f"too large: {width} x {height} px", allowed=f"up to {pixel_limit / 1e6:g} million pixels")
    if min(width, height) < params.min_side_px:
        raise PhotoRefused(f"too small: {width} x {height} px", allowed=f"sides of at least {params.min_side_px} px")


def _on_white(decoded: Decoded) -> np.ndarray:
    """The pixels as seen on white paper, composited in their own encoding."""
    top = np.iinfo(decoded.pixels.dtype).max
    alpha = decoded.alpha.astype(np.float32) / top
    colours = decoded.pixels.astype(np.float32)
    if colours.ndim == 3:
        alpha = alpha[..., None]
    white = 0 if decoded.profile_space == "CMYK" else top
    laid = colours if decoded.premultiplied else colours * alpha
    return np.clip(laid + white * (1 - alpha) + 0.5, 0, top).astype(decoded.pixels.dtype)


STEP = Step(
    run=load_image, params=Params, needs=("path", "pixel_limit"), gives=("photo", "image", "source", "geometry")
)
