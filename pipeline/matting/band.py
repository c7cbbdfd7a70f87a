"""The pixels to solve, numbered so that a 5x5 neighbourhood is five short contiguous reads.

A closed-form system couples a pixel with the 5x5 pixels around it. The unknown pixels of a band lie scattered
over the photo, so vectors are kept on the band *padded by two pixels*: the padding holds zeros, which is what
eliminating a known pixel leaves in its column, and makes the neighbours of a pixel five contiguous runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

REACH_PX = 2  # two pixels share a 3x3 window if and only if they are at most this far apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Numbered unknown pixels of one picture (or crop).

    ``number`` is int32 (H, W): 0..n-1 in reading order, -1 where known. ``yx`` is int32 (n, 2). ``starts`` is
    int32 (n, 5): where, in a padded vector of ``length`` entries, the five neighbours of rows y-2..y+2 begin;
    a pixel's own entry is ``starts[i, 2] + 2``.
    """

    number: np.ndarray
    yx: np.ndarray
    starts: np.ndarray
    length: int

    @property
    def own(self) -> np.ndarray:
        """Entry of each pixel in a padded vector, int32 (n,)."""
        return self.starts[:, REACH_PX] + np.int32(REACH_PX)


def number_band(unknown: np.ndarray) -> Band:
    """Number the pixels to solve.

    Args:
        unknown: bool or uint8 (H, W), true where alpha is to be found.
    """
    height, width = unknown.shape
    framed = np.zeros((height + 2 * REACH_PX, width + 2 * REACH_PX), np.uint8)
    framed[REACH_PX:-REACH_PX, REACH_PX:-REACH_PX] = unknown
    padded = cv2.dilate(framed, np.ones((2 * REACH_PX + 1, 2 * REACH_PX + 1), np.uint8))
    count = int(np.count_nonzero(framed))
    number = np.empty((height, width), np.int32)
    yx = np.empty((count, 2), np.int32)
    starts = np.empty((count, 2 * REACH_PX + 1), np.int32)
    length = _number(framed, padded, number, yx, starts)
    return Band(number=number, yx=yx, starts=starts, length=length)


@njit(cache=True, nogil=True)
def _number(framed, padded, number, yx, starts):
    rows, columns = framed.shape
    place = np.empty((rows, columns), np.int32)
    length = 0
    for y in range(rows):
        for x in range(columns):
            if padded[y, x]:
                place[y, x] = length
                length += 1
    i = 0
    for y in range(2, rows - 2):
        for x in range(2, columns - 2):
            if framed[y, x]:
                number[y - 2, x - 2] = i
                yx[i, 0] = y - 2
                yx[i, 1] = x - 2
                for row in range(5):
                    starts[i, row] = place[y + row - 2, x - 2]
                i += 1
            else:
                number[y - 2, x - 2] = -1
    return length
