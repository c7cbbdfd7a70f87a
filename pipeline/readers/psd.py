"""Reads the picture a PSD shows, without touching its layers."""

from __future__ import annotations

import io
import logging
import struct

import imagecodecs
import numpy as np
from psd_tools.constants import ColorMode, Compression, Resource
from psd_tools.psd.color_mode_data import ColorModeData
from psd_tools.psd.header import FileHeader
from psd_tools.psd.image_resources import ImageResources

from pipeline.readers.decoded import Decoded, SizeCheck, corrupt, truncated, unsupported

logging.getLogger("psd_tools").setLevel(logging.CRITICAL)  # what it finds wrong is reported as a refusal, once

_SPACES = {
    ColorMode.GRAYSCALE: ("grey", 1),
    ColorMode.INDEXED: ("RGB", 1),
    ColorMode.RGB: ("RGB", 3),
    ColorMode.CMYK: ("CMYK", 4),
}
_MOST_CHANNELS = 16  # colours, transparency and saved selections
_PALETTE_BYTES = 768
_LAYERS_16_BIT = b"8BIMLr16"  # where 16-bit files keep their layers


def psd(data: bytes, check_size: SizeCheck) -> Decoded:
    """Decode a PSD's merged picture.

    Photoshop has laid a transparent picture on white already when it stored it, so it is taken as it is; where
    it is wholly transparent, other programs leave any colour, and white is put there.

    Args:
        data: The file.
        check_size: Called with the header's width and height before decoding.

    Raises:
        PhotoRefused: No merged picture inside, truncated, corrupt, or a kind that is no finished photo.
    """
    if data[4:6] != b"\0\1":
        raise unsupported("large document (PSB)", "PSD")
    file = io.BytesIO(data)
    header = FileHeader.read(file)
    check_size(header.width, header.height)
    if header.color_mode not in _SPACES:
        raise unsupported(f"PSD in {header.color_mode.name.lower()} mode", "greyscale, indexed, RGB, CMYK")
    if header.depth not in (8, 16):
        raise unsupported(f"PSD of {header.depth} bits a channel", "8 or 16 bits")
    space, colours = _SPACES[header.color_mode]
    if not colours <= header.channels <= _MOST_CHANNELS:
        raise unsupported(f"PSD of {header.channels} channels", f"{colours} to {_MOST_CHANNELS}")
    palette = ColorModeData.read(file).value
    resources = ImageResources.read(file)
    version = resources.get_data(Resource.VERSION_INFO)
    if version is not None and not version.has_composite:
        raise unsupported("PSD saved without a merged picture", "PSD saved with 'maximize compatibility'")
    transparent = _skip_layers(file, data)
    *planes, alpha = _planes(file, header, colours)
    if header.color_mode == ColorMode.CMYK:  # stored with 0 = full ink
        planes = [np.invert(plane) for plane in planes]
    pixels = planes[0] if colours == 1 else np.dstack(planes)
    if header.color_mode == ColorMode.INDEXED:
        if len(palette) < _PALETTE_BYTES:
            raise corrupt("indexed PSD without its palette")
        colormap = np.frombuffer(palette[:_PALETTE_BYTES], np.uint8).reshape(3, 256).T
        pixels = np.ascontiguousarray(colormap)[pixels]
    transparent = transparent and alpha is not None
    if transparent:
        pixels[alpha == 0] = 0 if space == "CMYK" else np.iinfo(pixels.dtype).max
    icc = resources.get_data(Resource.ICC_PROFILE)
    return Decoded(
        pixels=pixels,
        profile_space=space,
        colour_space="palette" if header.color_mode == ColorMode.INDEXED else space,
        bit_depth=header.depth,
        icc=bytes(icc) if icc else None,
        had_alpha=transparent,
    )


def _skip_layers(file: io.BytesIO, data: bytes) -> bool:
    """Go past the layers; whether the merged picture has transparency (the layer count is then negative)."""
    start = file.tell()
    if start + 4 > len(data):
        raise truncated("the PSD ends before its layers")
    (length,) = struct.unpack_from(">I", data, start)
    end = start + 4 + length
    if end + 2 > len(data):
        raise truncated("the PSD ends before its merged picture")
    file.seek(end)
    if length < 10:
        return False
    (layers,) = struct.unpack_from(">I", data, start + 4)
    at = start + 8
    if not layers:
        block = data.find(_LAYERS_16_BIT, start, end)
        at = block + len(_LAYERS_16_BIT) + 4 if block >= 0 else end
    return at + 2 <= end and struct.unpack_from(">h", data, at)[0] < 0


def _planes(file: io.BytesIO, header: FileHeader, colours: int) -> list[np.ndarray | None]:
    """The colour planes, then the first plane after them or None.

    Unpacked here row by row: psd-tools fills a row that ends early with black and goes on.
    """
    stored = file.read()
    kind = np.dtype(">u2") if header.depth == 16 else np.dtype(np.uint8)
    row_bytes = header.width * kind.itemsize
    wanted = min(header.channels, colours + 1)
    size = wanted * header.height * row_bytes
    (compression,) = struct.unpack_from(">H", stored)
    if compression == Compression.RAW:
        pixels = stored[2 : 2 + size]
    elif compression == Compression.RLE:
        pixels = _unpack(stored, header.height * header.channels, header.height * wanted, row_bytes)
    else:
        raise unsupported("PSD whose merged picture is packed with ZIP", "none or run lengths")
    if len(pixels) != size:
        raise truncated("the PSD's merged picture is incomplete")
    planes = np.frombuffer(pixels, kind).reshape(wanted, header.height, header.width)
    planes = [plane.astype(kind.newbyteorder("=")) for plane in planes]
    return planes if wanted > colours else [*planes, None]


def _unpack(stored: bytes, rows: int, wanted: int, row_bytes: int) -> bytes:
    """The first wanted rows of run lengths, each of which must be complete."""
    if len(stored) < 2 + 2 * rows:
        raise truncated("the PSD's merged picture is incomplete")
    ends = np.cumsum(np.frombuffer(stored, ">u2", rows, 2), dtype=np.int64) + 2 + 2 * rows
    if ends[wanted - 1] > len(stored):
        raise truncated("the PSD's merged picture is incomplete")
    starts = np.concatenate(([2 + 2 * rows], ends[:-1]))
    lines = []
    for start, end in zip(starts[:wanted], ends[:wanted], strict=True):
        line = imagecodecs.packbits_decode(stored[start:end])
        if len(line) != row_bytes:  # at once: a row may claim to be far longer
            raise corrupt("a row of the PSD's merged picture is incomplete")
        lines.append(line)
    return b"".join(lines)
