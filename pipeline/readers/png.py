"""Reads PNG photos."""

from __future__ import annotations

import struct
import zlib

import imagecodecs
import numpy as np

from pipeline.readers.decoded import Decoded, SizeCheck, animated, corrupt, truncated
from pipeline.readers.exif_orientation import exif_orientation
from pipeline.readers.native_warnings import native_warnings

_SIGNATURE_BYTES = 8
_CHUNK_FRAME = 12  # length, name, checksum
_MOST_CHUNKS = 100_000  # 8 KB chunks of a 100 MP photo are far fewer; beyond is an attack on time
_LARGEST_PROFILE = 16 << 20  # bytes; press profiles have 0.5 to 3 MB
_PALETTE, _GREY = 3, (0, 4)  # PNG 3rd edition, 11.2.1: colour types


def png(data: bytes, check_size: SizeCheck) -> Decoded:
    """Decode a PNG at its own depth, refusing one that is cut, damaged or animated.

    Args:
        data: The file.
        check_size: Called with the header's width and height before decoding.

    Raises:
        PhotoRefused: Truncated, corrupt (checksums are verified) or animated.
    """
    chunks = _chunks(data)
    header = chunks.get(b"IHDR", b"")
    if len(header) != 13:
        raise corrupt("PNG without a header")
    width, height, depth, kind = struct.unpack_from(">IIBB", header)
    check_size(width, height)
    if b"acTL" in chunks:
        raise animated("animated PNG")
    with native_warnings(("PNG warning",)):  # about metadata; damage to pixels is an error
        pixels = imagecodecs.png_decode(data)
    alpha = None
    if pixels.ndim == 2:
        grey = True
    elif pixels.shape[2] in (2, 4):
        grey = pixels.shape[2] == 2
        alpha = np.ascontiguousarray(pixels[..., -1])
        pixels = np.ascontiguousarray(pixels[..., 0] if grey else pixels[..., :3])
    else:
        grey = False
    space = "grey" if grey else "RGB"
    return Decoded(
        pixels=pixels,
        profile_space=space,
        colour_space="palette" if kind == _PALETTE else "grey" if kind in _GREY else "RGB",
        bit_depth=depth,
        icc=_profile(chunks.get(b"iCCP")),
        exif_orientation=exif_orientation(chunks.get(b"eXIf")),
        alpha=alpha,
        had_alpha=alpha is not None,
    )


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """The first chunk of each name but pixel data; walks to the end marker."""
    found: dict[bytes, bytes] = {}
    at = _SIGNATURE_BYTES
    for _ in range(_MOST_CHUNKS):
        if at + _CHUNK_FRAME > len(data):
            raise truncated("the PNG has no end chunk")
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"IEND":
            return found
        if at + _CHUNK_FRAME + length > len(data):
            raise truncated("the PNG data ends inside a chunk")
        if name not in found:
            found[name] = b"" if name == b"IDAT" else data[at + 8 : at + 8 + length]
        at += _CHUNK_FRAME + length
    raise corrupt(f"PNG with more than {_MOST_CHUNKS} chunks")


def _profile(chunk: bytes | None) -> bytes | None:
    """The profile of an iCCP chunk, unpacked up to a limit; damaged ones come back as they are, to be reported."""
    if chunk is None:
        return None
    packed = chunk[chunk.find(b"\0") + 2 :]
    unpacker = zlib.decompressobj()
    try:
        icc = unpacker.decompress(packed, _LARGEST_PROFILE)
    except zlib.error:
        return packed
    return icc if unpacker.eof else packed
