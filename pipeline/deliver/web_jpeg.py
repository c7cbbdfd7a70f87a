"""Writes the pictures a shop shows: flat, in three sizes."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.colour_profiles import SRGB
from pipeline.step import Writer, param
from workbench.domain.errors import StepFailed

_SAMPLING = {
    "444": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    "422": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    "420": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
}
_16_TO_8 = 255 / 65535
_PROFILE_MARKER = b"ICC_PROFILE\0\1\1"  # ICC.1:2022, annex B.4: the first of one segment


@dataclass(frozen=True, slots=True)
class Params:
    """How large and how fine."""

    sizes_px: tuple[int, ...] = param((2000, 1200, 600), doc="longest sides", unit="px", low=16, high=20000)
    quality: int = param(90, doc="JPEG quality", low=1, high=100)
    chroma: str = param("444", doc="colour resolution; 444 keeps red seams on white sharp", choices=tuple(_SAMPLING))


def web_jpeg(*, flat: np.ndarray, params: Params) -> Mapping[str, bytes]:
    """Write the finished picture as progressive sRGB JPEGs, each reduced by area averaging and never enlarged.

    They carry the sRGB profile and nothing else: no place, serial number or owner.

    Args:
        flat: (H, W, 3) uint8 or uint16, sRGB.
        params: Sizes and quality.

    Raises:
        StepFailed: The encoder refused the picture.
    """
    picture = cv2.convertScaleAbs(flat, alpha=_16_TO_8) if flat.dtype == np.uint16 else flat
    picture = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    return {f"{size}.jpg": _encode(_reduce(picture, size), params) for size in params.sizes_px}


def _reduce(picture: np.ndarray, size: int) -> np.ndarray:
    height, width = picture.shape[:2]
    scale = size / max(height, width)
    if scale >= 1:
        return picture
    fitted = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, fitted, interpolation=cv2.INTER_AREA)


def _encode(picture: np.ndarray, params: Params) -> bytes:
    settings = [
        cv2.IMWRITE_JPEG_QUALITY, params.quality,
        cv2.IMWRITE_JPEG_PROGRESSIVE, 1,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR, _SAMPLING[params.chroma],
    ]  # fmt: skip
    done, data = cv2.imencode(".jpg", picture, settings)
    if not done:
        raise StepFailed(f"no JPEG from {picture.shape[1]} x {picture.shape[0]} px", where="web_jpeg")
    data = data.tobytes()
    start = 4 + struct.unpack_from(">H", data, 4)[0]  # after the start marker and the JFIF segment
    profile = _PROFILE_MARKER + SRGB
    return data[:start] + b"\xff\xe2" + struct.pack(">H", len(profile) + 2) + profile + data[start:]


WRITER = Writer(run=web_jpeg, needs=("flat",), params=Params)
