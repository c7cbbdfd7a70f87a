"""Measures how much of the picture's border the subject runs into."""

from __future__ import annotations

import numpy as np

from pipeline.step import Check, Measurement

PRESENT = 0.25  # opacity from which the subject is seen to touch
LIMIT = 0.5  # % of the border: 40 px of a 2048 px square; less is a tip, more is a cut side


def subject_touches_frame(*, alpha: np.ndarray, params: object = None) -> Measurement:
    """Measures the share of the delivered picture's border that the subject occupies.

    Args:
        alpha: (H, W) ``float32``.

    Returns:
        Percent of the border; 0 for a subject with air all around.
    """
    height, width = alpha.shape
    top = [(x, 0) for x in np.flatnonzero(alpha[0] > PRESENT)]
    bottom = [(x, height - 1) for x in np.flatnonzero(alpha[-1] > PRESENT)]
    left = [(0, y) for y in np.flatnonzero(alpha[:, 0] > PRESENT)]
    right = [(width - 1, y) for y in np.flatnonzero(alpha[:, -1] > PRESENT)]
    longest = max((top, bottom, left, right), key=len)
    touching = len(top) + len(bottom) + len(left) + len(right)
    worst = tuple(int(v) for v in longest[len(longest) // 2]) if longest else None
    return Measurement(100 * touching / (2 * (height + width)), worst_xy=worst)


CHECK = Check(
    run=subject_touches_frame,
    needs=("alpha",),
    unit="% of border",
    better="lower",
    limit=LIMIT,
    words="the subject touches the edge of the picture",
)
