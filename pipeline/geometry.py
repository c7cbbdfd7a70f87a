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


def warp_picture(picture: np.ndarray, matrix: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A picture resampled through a matrix into (width, height), sharp; beyond its frame it is mirrored."""
    return freeze(cv2.warpAffine(picture, matrix[:2], size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101))


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


def cut(values: np.ndarray, box: tuple[int, int, int, int], border: int) -> np.ndarray:
    """The part of a picture or map inside an integer box; what lies beyond the frame is made by a cv2 border mode."""
    height, width = values.shape[:2]
    left, top, right, bottom = box
    inside = values[max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)]
    pads = (max(-top, 0), max(bottom - height, 0), max(-left, 0), max(right - width, 0))
    if not any(pads):
        return freeze(inside)
    if border == cv2.BORDER_CONSTANT:
        return freeze(cv2.copyMakeBorder(inside, *pads, border, value=0.0))
    return freeze(cv2.copyMakeBorder(inside, *pads, border))
