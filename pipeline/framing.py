"""Where the frame goes: around a turned product, and around a product to be delivered."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.geometry import carry, shift, subject_box, turn, warp_picture
from pipeline.image import freeze

SUBJECT = 0.05  # alpha above which a pixel counts as product: a strand of hair does, JPEG dirt does not
MIN_ROW_SHARE = 0.0005  # of the frame's side: rows and columns with less product than that do not move the crop
LARGEST_GROWTH = 2.0  # times the frame: padding beyond that is no crop any more
MARGIN_PX = 3  # reach of cubic resampling

Box = tuple[int, int, int, int]  # left, top, right, bottom; right and bottom exclusive


def turned_frame(alpha: np.ndarray, degrees: float) -> tuple[np.ndarray, tuple[int, int]]:
    """The turn about the frame's centre as a matrix, and the (width, height) that holds frame and turned product."""
    height, width = alpha.shape
    matrix = turn(degrees, ((width - 1) / 2, (height - 1) / 2))
    left, top, right, bottom = 0, 0, width, height
    box = subject_box(alpha, SUBJECT)
    if box is not None:
        # the turned box is larger than the turned product: growing less often would need the whole outline
        corners = carry(matrix, [(x, y) for x in (box[0], box[2] - 1) for y in (box[1], box[3] - 1)])
        left, top = min(left, int(np.floor(corners[:, 0].min()))), min(top, int(np.floor(corners[:, 1].min())))
        right = max(right, int(np.ceil(corners[:, 0].max())) + 1)
        bottom = max(bottom, int(np.ceil(corners[:, 1].max())) + 1)
    return shift(-left, -top) @ matrix, (right - left, bottom - top)


def paper_covers_turn(alpha: np.ndarray, degrees: float) -> bool:
    """Whether mirroring the photo fills the corners of a turn with paper alone."""
    box = product_box(alpha)
    if box is None:
        return True
    height, width = alpha.shape
    deep = np.tan(np.radians(abs(degrees))) * max(height, width) / 2
    return min(box[0], box[1], width - box[2], height - box[3]) > deep


def turn_foreground(foreground: np.ndarray, alpha: np.ndarray, turned: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The foreground resampled where there is any; elsewhere its colour has no meaning and the photo's will do."""
    box = subject_box(alpha, 0.0)
    if box is None:
        return turned
    corners = carry(matrix, [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])])
    height, width = turned.shape[:2]
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int) - MARGIN_PX, 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int) + MARGIN_PX, 1, (width, height))
    result = turned.copy()
    result[top:bottom, left:right] = warp_picture(foreground, shift(-left, -top) @ matrix, (right - left, bottom - top))
    return freeze(result)


def product_box(alpha: np.ndarray) -> Box | None:
    """The product's box, specks of the matte left out where that leaves anything; None for an empty matte."""
    mask = (alpha > SUBJECT).view(np.uint8)
    height, width = mask.shape
    rows = cv2.reduce(mask, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel()
    columns = cv2.reduce(mask, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel()
    down = np.flatnonzero(rows > MIN_ROW_SHARE * width)
    across = np.flatnonzero(columns > MIN_ROW_SHARE * height)
    if down.size == 0 or across.size == 0:
        return subject_box(alpha, SUBJECT)
    return int(across[0]), int(down[0]), int(across[-1]) + 1, int(down[-1]) + 1


def focal_point(alpha: np.ndarray, box: Box, kind: str) -> tuple[float, float]:
    """The point (x, y) that belongs in the middle: of the ``box``, or the matte's ``weight``."""
    if kind == "box":
        return (box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2
    moments = cv2.moments(alpha[box[1] : box[3], box[0] : box[2]])
    return box[0] + moments["m10"] / moments["m00"], box[1] + moments["m01"] / moments["m00"]


def delivery_frame(box: Box, focus: tuple[float, float], shape: tuple[int, int], *, margin: float, aspect: str) -> Box:
    """The frame to cut, in whole pixels; it may reach beyond the photo.

    Args:
        box: Of the product.
        focus: Point (x, y) that sits in the middle.
        shape: (height, width) of the photo.
        margin: Empty share of the frame on the fuller sides.
        aspect: "4:5" and the like, "source" or "subject".
    """
    inner = 1.0 - 2.0 * margin
    # with the focus off the box's middle, the fuller side sets the size
    wide = 2 * max(focus[0] - box[0] + 0.5, box[2] - 0.5 - focus[0]) / inner
    high = 2 * max(focus[1] - box[1] + 0.5, box[3] - 0.5 - focus[1]) / inner
    if aspect != "subject":
        across, down = (shape[1], shape[0]) if aspect == "source" else map(int, aspect.split(":"))
        wide, high = max(wide, high * across / down), max(high, wide * down / across)
    width = max(1, min(round(wide), round(LARGEST_GROWTH * shape[1])))
    height = max(1, min(round(high), round(LARGEST_GROWTH * shape[0])))
    left = round(focus[0] + 0.5 - width / 2)
    top = round(focus[1] + 0.5 - height / 2)
    return left, top, left + width, top + height
