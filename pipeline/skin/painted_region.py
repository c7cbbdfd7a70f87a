"""What is painted over when a spot goes: a little more than its outline."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.skin.spot import Spot

LEAST_MARGIN = 2  # px: a spot's outline lies at half its contrast


def painted_region(spot: Spot, margin: float) -> tuple[np.ndarray, tuple[int, int]]:
    """The spot and where it fades out.

    Args:
        spot: What goes.
        margin: Share of its diameter.

    Returns:
        bool mask, and the column and row of its first pixel (may lie beyond the frame).
    """
    reach = max(LEAST_MARGIN, round(margin * spot.size_px))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    mask = cv2.dilate(np.pad(spot.mask, reach).astype(np.uint8), disc) > 0
    return mask, (spot.left - reach, spot.top - reach)
