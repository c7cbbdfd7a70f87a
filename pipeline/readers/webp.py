"""Reads WebP photos."""

from __future__ import annotations

import struct

import imagecodecs
import numpy as np

from pipeline.readers.decoded import Decoded, SizeCheck, animated, corrupt, truncated
from pipeline.readers.exif_orientation import exif_orientation

_ANIMATED = 0x02  # WebP container specification: VP8X flags
_MOST_CHUNKS = 10_000


def webp(data: bytes, check_size: SizeCheck) -> Decoded:
    """Decode a still WebP, lossy or lossless.

    Args:
        data: The file.
        check_size: Called with the header's width and height before decoding.

    Raises:
        PhotoRefused: Truncated, corrupt or animated.
    """
    (size,) = struct.unpack_from("<I", data, 4)
    if size + 8 > len(data):
        raise truncated(f"the WebP announces {size + 8} bytes and has {len(data)}")
    chunks = _chunks(data)
    check_size(*_size(chunks))
    if chunks.get(b"VP8X", b"\0")[0] & _ANIMATED or b"ANIM" in chunks or b"ANMF" in chunks:
        raise animated("animated WebP")
    pixels = imagecodecs.webp_decode(data)
    alpha = None
    if pixels.shape[2] == 4:
        alpha = np.ascontiguousarray(pixels[..., 3])
        pixels = np.ascontiguousarray(pixels[..., :3])
    return Decoded(
        pixels=pixels,
        profile_space="RGB",
        colour_space="RGB",
        bit_depth=8,
        icc=chunks.get(b"ICCP"),
        exif_orientation=exif_orientation(chunks.get(b"EXIF")),
        alpha=alpha,
        had_alpha=alpha is not None,
    )


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """The first chunk of each name; of pixel data only its start."""
    found: dict[bytes, bytes] = {}
    at = 12  # "RIFF", size, "WEBP"
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return found
        name, length = struct.unpack_from("<4sI", data, at)
        keep = 16 if name in (b"VP8 ", b"VP8L", b"ALPH", b"ANMF") else length
        found.setdefault(name, data[at + 8 : at + 8 + keep])
        at += 8 + length + length % 2
    raise corrupt(f"WebP with more than {_MOST_CHUNKS} chunks")


def _size(chunks: dict[bytes, bytes]) -> tuple[int, int]:
    """(width, height) from whichever header is there: the canvas, else the lossy or lossless frame."""
    try:
        if b"VP8X" in chunks:
            body = chunks[b"VP8X"]
            return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
        if b"VP8L" in chunks:
            (bits,) = struct.unpack_from("<I", chunks[b"VP8L"], 1)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        width, height = struct.unpack_from("<HH", chunks[b"VP8 "], 6)
        return width & 0x3FFF, height & 0x3FFF
    except (KeyError, struct.error) as error:
        raise corrupt("WebP without a picture") from error
