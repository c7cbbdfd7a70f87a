"""The square around a spot that the classifier looks at."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.skin.spot import Spot

LEAST_SIDE = 1 / 48  # of the picture's longer side: below it there is nothing but pixels to see


def crop_of(image: np.ndarray, spot: Spot, size: int, context: float = 1.0) -> np.ndarray:
    """The spot and what is around it, always at the same size; beyond the frame the last pixels are repeated.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16`` that the spot was found in.
        spot: What to look at.
        size: Side of the result in px.
        context: 1 is what the classifier sees; more shows more of the surround.

    Returns:
        (size, size, 3) ``uint8``.
    """
    side = min(max(spot.crop_side_px, LEAST_SIDE * max(image.shape[:2])), min(image.shape[:2])) * context
    if image.dtype == np.uint16:
        image = (image >> 8).astype(np.uint8)
    # taken from a patch that is no finer than twice the result, so that nothing is skipped over
    reach = int(np.ceil(side / 2)) + 2
    left, top = max(0, round(spot.x_px) - reach), max(0, round(spot.y_px) - reach)
    patch = image[top : round(spot.y_px) + reach + 1, left : round(spot.x_px) + reach + 1]
    shrink = min(1.0, 2.0 * size / side)
    if shrink < 1.0:
        shape = max(2, round(patch.shape[1] * shrink)), max(2, round(patch.shape[0] * shrink))
        patch = cv2.resize(patch, shape, interpolation=cv2.INTER_AREA)
    step = side * shrink / size
    x = (spot.x_px - left + 0.5) * shrink - 0.5 - step * (size - 1) / 2
    y = (spot.y_px - top + 0.5) * shrink - 0.5 - step * (size - 1) / 2
    matrix = np.float32([[step, 0, x], [0, step, y]])
    return cv2.warpAffine(
        patch, matrix, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
