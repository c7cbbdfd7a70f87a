"""A mask as Label Studio's brush stores it, and back, without loss: run-length coded RGBA with our values in alpha.

Source of the format: ``rle-pack`` of thi.ng/umbrella, as Label Studio uses it: 32 bits number of values, 5 word size,
four run sizes of 4 bits, then runs ``1 size length value`` and literals ``0 size length value…``, padded to bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from workbench.domain.errors import LabelingError

if TYPE_CHECKING:
    import numpy as np

_CHANNELS = 4
_WORD_BITS = 8
_RUN_BITS = (3, 4, 8, 16)  # a run's length is written in the smallest of these that holds it
_LONGEST = 1 << _RUN_BITS[-1]
_HEAD_BITS = 32 + 5 + 4 * len(_RUN_BITS)


def encode_mask(mask: np.ndarray) -> list[int]:
    """The bytes of a mask.

    Args:
        mask: (H, W) uint8; 0 outside, 255 inside, between where the edge is soft.
    """
    import numpy as np

    values = np.ascontiguousarray(mask, dtype=np.uint8).ravel()
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    lengths = np.diff(np.append(starts, values.size)) * _CHANNELS
    whole, rest = np.divmod(lengths, _LONGEST)
    pieces = whole + (rest > 0)
    run = np.repeat(np.arange(starts.size), pieces)
    last = np.zeros(run.size, dtype=bool)
    last[np.cumsum(pieces) - 1] = True
    length = np.where(last & (rest[run] > 0), rest[run], _LONGEST).astype(np.uint64)
    size = np.searchsorted(1 << np.array(_RUN_BITS), length)
    width = np.array(_RUN_BITS)[size]
    code = ((np.uint64(4) + size.astype(np.uint64)) << width.astype(np.uint64)) | (length - np.uint64(1))
    code = (code << np.uint64(_WORD_BITS)) | values[starts][run].astype(np.uint64)
    head = (values.size * _CHANNELS) << (5 + 4 * len(_RUN_BITS))
    head |= (_WORD_BITS - 1) << (4 * len(_RUN_BITS))
    for place, bits in enumerate(_RUN_BITS):
        head |= (bits - 1) << (4 * (len(_RUN_BITS) - 1 - place))
    codes = np.concatenate((np.array([head], dtype=np.uint64), code))
    widths = np.concatenate(([_HEAD_BITS], 3 + width + _WORD_BITS))
    return _pack(codes, widths).tolist()


def decode_mask(rle: Iterable[int], *, height: int, width: int) -> np.ndarray:
    """The mask of some bytes: (H, W) uint8.

    Raises:
        LabelingError: It is of another size, or cut short.
    """
    import numpy as np

    data = bytes(rle)
    bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8))
    padded = data + bytes(8)  # so that every read of a few bytes is inside

    def read(place: int, count: int) -> int:
        first = place >> 3
        window = int.from_bytes(padded[first : first + 6], "big")
        return (window >> (48 - (place & 7) - count)) & ((1 << count) - 1)

    if len(data) * 8 < _HEAD_BITS:
        raise LabelingError("a mask without content", allowed="run-length codes of Label Studio's brush")
    total, word = read(0, 32), read(32, 5) + 1
    if total != height * width * _CHANNELS or word != _WORD_BITS:
        raise LabelingError(
            f"a mask of {total // _CHANNELS} pixels", allowed=f"{width} x {height} = {width * height} of 8 bits"
        )
    sizes = [read(37 + 4 * place, 4) + 1 for place in range(4)]
    out = np.empty(total, dtype=np.uint8)
    place, filled = _HEAD_BITS, 0
    while filled < total:
        run, size = read(place, 1), sizes[read(place + 1, 2)]
        count = read(place + 3, size) + 1
        place += 3 + size
        values = 1 if run else count
        if place + values * word > bits.size or filled + count > total:
            raise LabelingError("a mask that was cut short", allowed="run-length codes of Label Studio's brush")
        if run:
            out[filled : filled + count] = read(place, word)
        else:
            out[filled : filled + count] = np.packbits(bits[place : place + count * word])
        place, filled = place + values * word, filled + count
    return out.reshape(height, width, _CHANNELS)[:, :, _CHANNELS - 1].copy()


def _pack(codes: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Codes of different widths, one after the other, highest bit first."""
    import numpy as np

    ends = np.cumsum(widths)
    bits = np.zeros(-(-int(ends[-1]) // 8) * 8, dtype=np.uint8)
    for place in range(int(widths.max())):  # the place-th bit from the right of every code that has one
        has = widths > place
        bits[ends[has] - 1 - place] = (codes[has] >> np.uint64(place)) & np.uint64(1)
    return np.packbits(bits)
