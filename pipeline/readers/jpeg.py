"""Reads JPEG photos."""

from __future__ import annotations

import io
import re

import cv2
import numpy as np
from PIL import JpegImagePlugin

from pipeline.readers.decoded import Decoded, SizeCheck, corrupt, truncated, unsupported
from pipeline.readers.exif_orientation import exif_orientation
from pipeline.readers.native_warnings import native_warnings

_START_OF_SCAN = b"\xff\xda"
# a progressive photo has about ten scans; thousands over one large frame are an attack on the decoder's time
_MOST_SCANS = 100
# how libjpeg's own messages begin (jerror.h)
_LIBJPEG = ("Corrupt JPEG", "Premature end", "Invalid", "Inconsistent", "Unknown Adobe", "Warning", "Application")
# oddities of the header that leave the pixels alone, and padding before the end marker, as some cameras write
_HARMLESS = re.compile(
    r"Unknown Adobe|Warning: unknown JFIF|Corrupt JPEG data: \d{1,2} extraneous bytes before marker 0xd9"
)


def jpeg(data: bytes, check_size: SizeCheck) -> Decoded:
    """Decode a JPEG, refusing one of which any part is missing.

    Args:
        data: The file.
        check_size: Called with the header's width and height before decoding.

    Raises:
        PhotoRefused: Truncated, corrupt, or not an 8-bit baseline or progressive JPEG.
    """
    header = _header(data)
    check_size(*header.size)
    if data.count(_START_OF_SCAN) > _MOST_SCANS:
        raise corrupt(f"JPEG with {data.count(_START_OF_SCAN)} scans")
    if header.mode not in ("L", "RGB", "CMYK"):
        raise unsupported(f"JPEG of {header.layers} channels", "grey, RGB or CMYK")
    grey = header.mode == "L"
    flags = (cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR_RGB) | cv2.IMREAD_IGNORE_ORIENTATION
    with native_warnings(_LIBJPEG) as said:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
        if pixels is not None and header.mode == "CMYK":  # OpenCV has no CMYK; above it only looked for damage
            pixels = np.asarray(header)
    damage = [line for line in said if not _HARMLESS.match(line)]
    if damage:
        raise corrupt(damage[0])
    if pixels is None:
        raise truncated("the JPEG data ends before the picture does")
    space = "grey" if grey else header.mode
    return Decoded(
        pixels=pixels,
        profile_space=space,
        colour_space=space,
        bit_depth=8,
        icc=header.info.get("icc_profile"),
        exif_orientation=exif_orientation(header.info.get("exif")),
    )


def _header(data: bytes) -> JpegImagePlugin.JpegImageFile:
    try:
        return JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    except (OSError, SyntaxError) as error:  # Pillow says "broken header" with a SyntaxError
        words = str(error)
        if words.endswith("-bit layers"):
            raise unsupported(f"JPEG of {words.split()[-2]} layers", "8 bits a channel") from error
        if "Truncated" in words:
            raise truncated("the JPEG ends inside its header") from error
        raise corrupt(f"JPEG header: {words}") from error
