"""Reads which way up the camera was."""

from __future__ import annotations

import struct

ORIENTATION = 0x0112  # TIFF 6.0 and EXIF 2.32, tag 274
_ENTRY_BYTES = 12
_SHORT = 3


def exif_orientation(exif: bytes | None) -> int:
    """The orientation tag of an EXIF block, 1 to 8; 1 where there is none or the block is damaged.

    Only the first directory's entries are looked at, no value is followed, so a hostile block costs nothing.

    Args:
        exif: The block, with or without its ``Exif`` prefix.
    """
    if not exif:
        return 1
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 8:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for n in range(count):
            tag, kind, values, value = struct.unpack_from(f"{order}HHIH", exif, start + 2 + n * _ENTRY_BYTES)
            if tag == ORIENTATION:
                return value if kind == _SHORT and values == 1 and 1 <= value <= 8 else 1
    except struct.error:  # the block ends early: what it said before is all there is
        return 1
    return 1
