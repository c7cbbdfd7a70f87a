"""Measures how far the delivered framing is from the margins and the middle that were asked for."""

from __future__ import annotations

import numpy as np

from pipeline.framing import focal_point, product_box
from pipeline.step import Check, Measurement

LIMIT = 1.0  # % of the side: 20 px of 2048; margins are asked for in whole percents


def crop_margins(*, alpha: np.ndarray, crop: object, params: object = None) -> Measurement:
    """Measures the largest error of the framing: of the tightest margin, or of the middle, across or down.

    Args:
        alpha: (H, W) ``float32`` in delivered geometry.
        crop: Record of crop_to_subject, with the ``margin`` and ``focus`` asked for.

    Returns:
        Error in percent of the frame's side.
    """
    box = product_box(alpha)
    if box is None:
        return Measurement(None, reason="the matte is empty")
    height, width = alpha.shape
    left, top, right, bottom = box
    margins = {
        (left, (top + bottom) // 2): left / width,
        (right - 1, (top + bottom) // 2): (width - right) / width,
        ((left + right) // 2, top): top / height,
        ((left + right) // 2, bottom - 1): (height - bottom) / height,
    }
    tightest = min(margins, key=margins.get)
    x, y = focal_point(alpha, box, crop.focus)
    off_centre = max(abs((x + 0.5) / width - 0.5), abs((y + 0.5) / height - 0.5))
    error = max(abs(margins[tightest] - crop.margin), off_centre)
    return Measurement(100 * error, worst_xy=tuple(int(v) for v in tightest))


CHECK = Check(
    run=crop_margins,
    needs=("alpha", "crop"),
    unit="% of side",
    better="lower",
    limit=LIMIT,
    words="margins are not what was asked for",
)
