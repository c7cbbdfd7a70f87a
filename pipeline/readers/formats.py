"""Tells a photo's format from its first bytes and holds its name against them."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath

from pipeline.readers.decoded import unsupported
from pipeline.readers.jpeg import jpeg
from pipeline.readers.png import png
from pipeline.readers.psd import psd
from pipeline.readers.tiff import tiff
from pipeline.readers.webp import webp
from workbench.domain.errors import PhotoRefused

READERS = {"JPEG": jpeg, "PNG": png, "TIFF": tiff, "WebP": webp, "PSD": psd}
_LONGEST_SIGNATURE = 16  # bytes

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),  # BigTIFF
    (b"MM\0+", "TIFF"),
    (b"8BPS", "PSD"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"\0\0\1\0", "ICO"),
    (b"\0\0\2\0", "CUR"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x76\x2f\x31\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"DDS ", "DDS"),
    (b"%PDF", "PDF"),
    (b"%!PS", "PostScript"),
    (b"PK\3\4", "ZIP archive"),
    (b"<svg", "SVG"),
    (b"<?xml", "XML"),
    (b"<html", "HTML"),
    (b"<!DOCTYPE", "HTML"),
)
_EXTENSIONS = {
    ".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".jfif": "JPEG", ".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF",
    ".webp": "WebP", ".psd": "PSD", ".psb": "PSB", ".gif": "GIF", ".bmp": "BMP", ".dib": "BMP", ".ico": "ICO",
    ".tga": "TGA", ".avif": "AVIF", ".heic": "HEIC", ".jp2": "JPEG 2000", ".jxl": "JPEG XL", ".exr": "OpenEXR",
    ".hdr": "Radiance HDR", ".dng": "DNG", ".cr2": "camera raw", ".cr3": "camera raw", ".nef": "camera raw",
    ".arw": "camera raw", ".eps": "PostScript", ".ai": "PostScript", ".dds": "DDS",
}  # fmt: skip
_OTHER_FILES = mimetypes.MimeTypes(filenames=())  # the built-in table only: the same on every machine


def photo_format(path: str, data: bytes) -> str:
    """The key of `READERS` for a file, refused when its name and its content disagree.

    Raises:
        PhotoRefused: Mis-named, or not one of the formats.
    """
    shown, named = _shown(data[:_LONGEST_SIGNATURE]), _named(path)
    if shown in READERS and named in (shown, None):
        return shown
    if shown in READERS or named in READERS:
        found = f"the content is {shown}" if shown else "the content is not"
        raise PhotoRefused(f"mis-named: called {named}, but {found}", allowed="a name that fits the content")
    raise unsupported(named or shown or "unknown content", ", ".join(READERS))


def _shown(head: bytes) -> str | None:
    """The format that the first bytes show, or None."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        return {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"mif1": "HEIF"}.get(head[8:12], "MP4")
    return next((name for signature, name in _SIGNATURES if head.startswith(signature)), None)


def _named(path: str) -> str | None:
    """The format that the file's name promises; None where its ending means nothing (``SKU.1234``)."""
    ending = PurePath(path).suffix.lower()
    return _EXTENSIONS.get(ending) or (f"{ending} file" if ending in _OTHER_FILES.types_map[True] else None)
