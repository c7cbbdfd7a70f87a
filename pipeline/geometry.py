"""Moving pictures and maps together: turns, shifts and frames as 3x3 matrices.

A matrix carries pixel coordinates (x, y, 1; pixel centres at integers, y down) of the picture as it is to the
picture as it will be. Chaining is ``new @ geometry``.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.image import freeze


def turn(degrees: float, centre: tuple[float, float]) -> np.ndarray:
    """A turn counter-clockwise as seen on screen, about a point (x, y)."""
    matrix = np.eye(3)
    matrix[:2] = cv2.getRotationMatrix2D(centre, degrees, 1.0)
    return matrix


def shift(right: float, down: float) -> np.ndarray:
    """A shift in pixels."""
    return np.array([[1.0, 0.0, right], [0.0, 1.0, down], [0.0, 0.0, 1.0]])


def carry(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points (N, 2) of x, y through a matrix."""
    points = np.asarray(points, np.float64)
    moved = np.hstack([points, np.ones((len(points), 1))]) @ matrix.T
    return moved[:, :2] / moved[:, 2:]


def warp_picture(picture: np.ndarray, matrix: np.ndarray, size: tuple[int, int], *, mirror: bool = True) -> np.ndarray:
    """A picture resampled through a matrix into (width, height), sharp; its outside is mirrored or drawn out."""
    border = cv2.BORDER_REFLECT_101 if mirror else cv2.BORDER_REPLICATE
    return freeze(cv2.warpAffine(picture, matrix[:2], size, flags=cv2.INTER_CUBIC, borderMode=border))


def warp_map(values: np.ndarray, matrix: np.ndarray, size: tuple[int, int], *, levels_only: bool = False) -> np.ndarray:
    """A map in [0, 1] resampled through a matrix into (width, height), 0 beyond its frame.

    ``levels_only`` keeps the values that are there (a trimap) instead of mixing neighbours.
    """
    flags = cv2.INTER_NEAREST if levels_only else cv2.INTER_CUBIC
    moved = cv2.warpAffine(values, matrix[:2], size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=0.0)
    return freeze(moved if levels_only else np.clip(moved, 0.0, 1.0, out=moved))


def subject_box(alpha: np.ndarray, threshold: float) -> tuple[int, int, int, int] | None:
    """(left, top, right, bottom) of the matte above a threshold, right and bottom exclusive; None when empty."""
    mask = (alpha > threshold).view(np.uint8)
    left, top, width, height = cv2.boundingRect(mask)
    return None if width == 0 else (left, top, left + width, top + height)


def cut(values: np.ndarray, box: tuple[int, int, int, int], *, free: tuple[int, int, int, int] | None) -> np.ndarray:
    """The part of a picture or map inside an integer box, which may reach beyond the frame.

    Args:
        values: (H, W) or (H, W, 3).
        box: (left, top, right, bottom), right and bottom exclusive.
        free: Width of the strip of paper along each side (left, top, right, bottom) that is mirrored back and forth
            to make up what lies beyond; None fills with 0.
    """
    height, width = values.shape[:2]
    left, top, right, bottom = box
    inside = values[max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)]
    pads = (max(-top, 0), max(bottom - height, 0), max(-left, 0), max(right - width, 0))
    if not any(pads):
        return freeze(inside)
    if free is None:
        return freeze(cv2.copyMakeBorder(inside, *pads, cv2.BORDER_CONSTANT, value=0.0))
    above, below, before, after = pads
    rows, columns = inside.shape[:2]
    result = np.empty((above + rows + below, before + columns + after, *inside.shape[2:]), inside.dtype)
    middle = result[above : above + rows]
    middle[:, before : before + columns] = inside
    middle[:, :before] = inside[:, _wave(before, free[0], columns)[::-1]]
    middle[:, before + columns :] = inside[:, columns - 1 - _wave(after, free[2], columns)]
    result[:above] = middle[_wave(above, free[1], rows)[::-1]]
    result[above + rows :] = middle[rows - 1 - _wave(below, free[3], rows)]
    return freeze(result)


def _wave(count: int, free: int, length: int) -> np.ndarray:
    """Indices that go back and forth within the first ``free`` of ``length`` places."""
    free = min(max(free, 1), length)
    steps = np.arange(count) % (2 * free)
    return np.minimum(steps, 2 * free - 1 - steps)
