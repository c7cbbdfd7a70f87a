"""Reads TIFF photos."""

from __future__ import annotations

import io
import logging
import math

import numpy as np
import tifffile

from pipeline.readers.decoded import Decoded, SizeCheck, animated, corrupt, truncated, unsupported

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what it finds wrong is reported as a refusal, once

_TAG_COLOURS, _TAG_INK_SET, _TAG_ORIENTATION, _TAG_PROFILE = 262, 332, 274, 34675
_REDUCED_OR_MASK = 0b101  # NewSubfileType: a thumbnail or a transparency mask, not a page of its own
_MOST_PAGES = 32  # thumbnails and masks looked at before the file is called odd
_MOST_SEGMENTS = 1 << 17
_LARGEST_TILE = 4096  # px a side
_MOST_CHANNELS = 8
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _SEPARATED, _YCBCR = 0, 1, 2, 3, 5, 6
_NONE, _LZW, _JPEG, _DEFLATE, _PACKBITS, _OLD_DEFLATE = 1, 5, 7, 8, 32773, 32946
_COMPRESSIONS = (_NONE, _LZW, _JPEG, _DEFLATE, _PACKBITS, _OLD_DEFLATE)
_SPACES = {_WHITE_IS_ZERO: "grey", _BLACK_IS_ZERO: "grey", _RGB: "RGB", _YCBCR: "RGB", _PALETTE: "RGB"}
_COLOURS = {"grey": 1, "RGB": 3, "CMYK": 4}
_ASSOCIATED, _UNASSOCIATED = 1, 2  # ExtraSamples: alpha already multiplied in, or straight
_END_OF_JPEG = b"\xff\xd9"


def tiff(data: bytes, check_size: SizeCheck) -> Decoded:
    """Decode a one-page TIFF of 8 or 16 bits a channel at its own depth.

    Args:
        data: The file.
        check_size: Called with the header's width and height before decoding.

    Raises:
        PhotoRefused: Truncated, corrupt, several pages, floating point, or a kind that is no finished photo.
    """
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages.first
        check_size(page.imagewidth, page.imagelength)
        _check_single(file)
        space = _check_kind(page)
        _check_segments(page, data)
        pixels = page.asarray(squeeze=False, maxworkers=1)
        pixels = np.moveaxis(pixels[:, 0], 0, -1)[..., 0, :] if page.planarconfig == 2 else pixels[0, 0]
        icc = page.tags.valueof(_TAG_PROFILE)
        orientation = page.tags.valueof(_TAG_ORIENTATION, 1)
        palette, extra = page.colormap, page.extrasamples
    colours = 1 if page.photometric == _PALETTE else _COLOURS[space]
    alpha = None
    if extra and extra[0] in (_ASSOCIATED, _UNASSOCIATED) and pixels.shape[2] > colours:
        alpha = np.ascontiguousarray(pixels[..., colours])
    pixels = np.ascontiguousarray(pixels[..., 0] if colours == 1 else pixels[..., :colours])
    if page.photometric == _WHITE_IS_ZERO:
        pixels = np.invert(pixels)
    elif page.photometric == _PALETTE:
        pixels = np.ascontiguousarray((palette >> 8).astype(np.uint8).T)[pixels]
    return Decoded(
        pixels=pixels,
        profile_space=space,
        colour_space="palette" if page.photometric == _PALETTE else space,
        bit_depth=page.bitspersample,
        icc=bytes(icc) if icc is not None else None,
        exif_orientation=int(orientation) if orientation in range(1, 9) else 1,
        alpha=alpha,
        premultiplied=bool(extra) and extra[0] == _ASSOCIATED,
        had_alpha=alpha is not None,
    )


def _check_single(file: tifffile.TiffFile) -> None:
    for n, page in enumerate(file.pages):
        if n and not int(page.subfiletype) & _REDUCED_OR_MASK:
            raise animated("TIFF with several pages")
        if n > _MOST_PAGES:
            raise corrupt(f"TIFF with more than {_MOST_PAGES} directories")


def _check_kind(page: tifffile.TiffPage) -> str:
    """The colour space of a page that can be taken."""
    bits, photometric = page.bitspersample, page.photometric
    if page.sampleformat != 1:
        raise unsupported("TIFF of signed or floating-point values", "whole numbers of 8 or 16 bits")
    if bits not in (8, 16):
        raise unsupported(f"TIFF of {bits} bits a channel", "8 or 16 bits")
    if page.compression not in _COMPRESSIONS:
        raise unsupported(
            f"TIFF compression {getattr(page.compression, 'name', page.compression)}",
            "none, LZW, Deflate, PackBits, JPEG",
        )
    if _TAG_COLOURS not in page.tags:
        raise corrupt("the TIFF does not say what its channels mean")
    space = _SPACES.get(photometric)
    if photometric == _SEPARATED and page.tags.valueof(_TAG_INK_SET, 1) == 1:
        space = "CMYK"
    if space is None or (photometric == _YCBCR and page.compression != _JPEG):
        raise unsupported(f"TIFF colours {getattr(photometric, 'name', photometric)}", "grey, RGB, palette, CMYK")
    least = 1 if photometric == _PALETTE else _COLOURS[space]
    if not least <= page.samplesperpixel <= _MOST_CHANNELS:
        raise unsupported(f"TIFF of {page.samplesperpixel} channels", f"{least} to {_MOST_CHANNELS} for {space}")
    if page.imagedepth != 1 or (photometric == _PALETTE and (bits != 8 or page.colormap is None)):
        raise unsupported("TIFF volume or palette of an odd size", "a flat picture")
    return space


def _check_segments(page: tifffile.TiffPage, data: bytes) -> None:
    """Refuse strips and tiles that are missing, too many, too large or outside the file."""
    planes = page.samplesperpixel if page.planarconfig == 2 else 1
    if page.is_tiled:
        if max(page.tilewidth, page.tilelength) > _LARGEST_TILE or page.tiledepth != 1:
            raise corrupt(f"TIFF tiles of {page.tilewidth} x {page.tilelength} px")
        expected = math.ceil(page.imagewidth / page.tilewidth) * math.ceil(page.imagelength / page.tilelength)
    else:
        expected = math.ceil(page.imagelength / page.rowsperstrip)
    expected *= planes
    if expected > _MOST_SEGMENTS or min(len(page.dataoffsets), len(page.databytecounts)) < expected:
        raise corrupt(f"TIFF with {len(page.dataoffsets)} segments where {expected} are needed")
    for start, count in zip(page.dataoffsets[:expected], page.databytecounts[:expected], strict=True):
        if start <= 0 or count <= 0:
            raise corrupt("TIFF with missing segments")
        if start + count > len(data):
            raise truncated("the TIFF data ends before the picture does")
        # the decoder fills the rest of a cut JPEG segment with grey; some writers pad the segment by a byte
        if page.compression == _JPEG and _END_OF_JPEG not in data[start + count - 4 : start + count]:
            raise truncated("JPEG data inside the TIFF has no end")
