"""Takes place, serial numbers and owner out of a photo before it leaves the house; its pixels stay as they are."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import PurePath

from PIL import Image

from pipeline.deliver._png import chunk, encode_png
from pipeline.open_photo import open_photo
from pipeline.readers.exif_orientation import ORIENTATION, exif_orientation
from pipeline.readers.formats import photo_format
from pipeline.readers.read_file import read_file
from workbench.domain.errors import PhotoRefused

MOST_BYTES = 300_000_000  # a 16-bit TIFF of 50 MP
SOFTWARE = "retouch-workbench"
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT, _SOFTWARE, _DESCRIPTION = 0x011A, 0x011B, 0x0128, 0x0131, 0x010E
_KEPT_JPEG = (0xE0, 0xEE)  # JFIF, Adobe's colour transform; ICC profiles are told apart below
_KEPT_PNG = (
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD", b"cICP",
)  # fmt: skip
_XMP_JPEG, _XMP_PNG = b"http://ns.adobe.com/xap/1.0/\0", b"XML:com.adobe.xmp"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrippedPhoto:
    """A photo that may leave the house. ``mark`` stands in its EXIF and XMP, so that an answer can be traced by it."""

    data: bytes
    name: str
    kind: str  # "image/jpeg" or "image/png"
    mark: str


def stripped_photo(path: str, *, mark: str, pixel_limit: int) -> StrippedPhoto:
    """The photo with nothing in it but the picture, its profile, which way is up, and a mark of ours.

    JPEG and PNG keep their pixels to the bit; every block that is not known to be needed is left out, not only those
    known to tell something. Other formats become a PNG, upright and in sRGB.

    Args:
        path: A local file.
        mark: What the answer may be traced by, such as the image's id; plain ASCII is kept of it.
        pixel_limit: Most pixels it may have.

    Raises:
        PhotoRefused: Not a photo, or damaged.
    """
    mark = "".join(c for c in mark if c.isascii() and (c.isalnum() or c in "-_."))[:100]
    data = read_file(path, most_bytes=MOST_BYTES)
    kind, stem = photo_format(path, data), PurePath(path).stem
    if kind == "JPEG":
        clean = _jpeg(data, mark)
        return StrippedPhoto(data=clean, name=f"{stem}.jpg", kind="image/jpeg", mark=mark)
    picture = None if kind == "PNG" else open_photo(path, pixel_limit=pixel_limit)
    clean = _png(data if picture is None else encode_png(picture, srgb=True), mark)
    return StrippedPhoto(data=clean, name=f"{stem}.png", kind="image/png", mark=mark)


def _exif(turned: int, mark: str) -> bytes:
    block = Image.Exif()
    block[ORIENTATION] = turned
    block[_X_RESOLUTION] = block[_Y_RESOLUTION] = 300.0
    block[_RESOLUTION_UNIT] = 2
    block[_SOFTWARE], block[_DESCRIPTION] = SOFTWARE, mark
    return block.tobytes()


def _xmp(mark: str) -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier>{mark}</dc:identifier></rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _jpeg(data: bytes, mark: str) -> bytes:
    """The file's own segments in their order; what lies after the picture's end is left off."""
    out, at, exif = [data[:2]], 2, b""
    segments: list[bytes] = []
    while True:
        marker, start, end = _segment(data, at)
        if marker == 0xD9:
            segments.append(data[start : start + 2])
            break
        if marker == 0xE1 and data[start + 4 : start + 10] == b"Exif\0\0":
            exif = exif or data[start + 10 : end]
        profile = marker == 0xE2 and data[start + 4 : start + 16] == b"ICC_PROFILE\0"
        told = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if not told or profile or marker in _KEPT_JPEG:
            if marker == 0xDA:
                end = _scan_end(data, end)
            segments.append(data[start:end])
        at = end
    for body in (_exif(exif_orientation(exif), mark), _XMP_JPEG + _xmp(mark)):
        body = body if body.startswith((b"Exif", _XMP_JPEG)) else b"Exif\0\0" + body
        out.append(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    head = [segments.pop(0)] if segments and segments[0][1] == 0xE0 else []
    return b"".join([out[0], *head, *out[1:], *segments])


def _segment(data: bytes, at: int) -> tuple[int, int, int]:
    """Marker, first byte and the byte after the segment at or behind ``at``."""
    while at + 1 < len(data) and data[at] == 0xFF and data[at + 1] == 0xFF:  # padding
        at += 1
    if at + 1 >= len(data) or data[at] != 0xFF:
        raise PhotoRefused("the photo is truncated: the JPEG ends before its picture", allowed="a complete file")
    marker = data[at + 1]
    if marker == 0xD9:
        return marker, at, at + 2
    if at + 4 > len(data):
        raise PhotoRefused("the photo is truncated: the JPEG ends inside its header", allowed="a complete file")
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    if end > len(data) or end < at + 4:
        raise PhotoRefused("the photo is truncated: a JPEG segment is cut off", allowed="a complete file")
    return marker, at, end


def _scan_end(data: bytes, at: int) -> int:
    """The byte after a scan's entropy-coded data: the next marker that is neither stuffing nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] == 0x00 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
        elif data[at + 1] == 0xFF:
            at += 1
        else:
            return at
    raise PhotoRefused("the photo is truncated: the JPEG data ends before the picture does", allowed="a complete file")


def _png(data: bytes, mark: str) -> bytes:
    out, at, turned = [data[:8]], 8, 1
    kept: list[bytes] = []
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            break
        if name == b"eXIf":
            turned = exif_orientation(data[at + 8 : at + 8 + length])
        if name in _KEPT_PNG:
            kept.append(data[at : at + 12 + length])
        at += 12 + length
        if name == b"IEND":
            text = _XMP_PNG + b"\0\0\0\0\0" + _xmp(mark)
            exif = _exif(turned, mark).removeprefix(b"Exif\0\0")
            return b"".join([*out, kept[0], chunk(b"eXIf", exif), chunk(b"iTXt", text), *kept[1:]])
    raise PhotoRefused("the photo is truncated: the PNG has no end chunk", allowed="a complete file")



def facts_in(data: bytes) -> dict[str, bool]:
    """What a file tells beside its picture: ``icc``, ``exif``, ``xmp``, and ``private`` for place, serials, owner."""
    with Image.open(io.BytesIO(data)) as file:
        exif = file.getexif()
        camera = exif.get_ifd(0x8769)
        private = bool(
            exif.get_ifd(0x8825)  # GPS
            or any(tag in camera for tag in (0xA430, 0xA431, 0xA435, 0x927C))  # owner, serials, maker's note
            or any(tag in exif for tag in (0x013B, 0x8298, 0xC62F, 0x9C9D))  # artist, copyright, serial, author
            or file.info.get("photoshop")
        )
        return {
            "icc": bool(file.info.get("icc_profile")), "exif": len(exif) > 0,
            "xmp": bool(file.info.get("xmp") or file.info.get("XML:com.adobe.xmp")), "private": private,
        }  # fmt: skip
