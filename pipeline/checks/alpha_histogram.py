"""Measures half-transparency beyond what the length of the edge explains."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.step import Check, Measurement

LOW, HIGH = 8, 247  # of 255: opacity between them is neither clear nor solid (3% and 97%)
EDGE_WIDTH = 0.004  # of the longer side: half-transparent width that blur and fluff give an outline
LEAST_WIDTH = 3.0  # px
BLOCK = 8  # px; half-transparency is located to that
LIMIT = 10.0  # %; calibrated on the sample renders 000-005 with true mattes: only glass and lenses lie over it


def alpha_histogram(*, alpha: np.ndarray, params: object = None) -> Measurement:
    """Measures foggy mattes: more half-transparent area than edges of that length can have.

    Glass and sheer fabric have it by nature; there the flag says that someone should look.

    Args:
        alpha: (H, W) ``float32``.

    Returns:
        The excess in percent of all area that is not clear.
    """
    opacity = cv2.convertScaleAbs(alpha, alpha=255)
    solid = (opacity > 127).astype(np.uint8)
    between = cv2.inRange(opacity, LOW, HIGH)
    covered = cv2.countNonZero(cv2.inRange(opacity, LOW, 255))
    if covered == 0:
        return Measurement(None, reason="the matte is empty")
    length = cv2.countNonZero(cv2.morphologyEx(solid, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)))
    width = max(LEAST_WIDTH, EDGE_WIDTH * max(alpha.shape))
    excess = max(0.0, cv2.countNonZero(between) - width * length)
    size = tuple(max(1, side // BLOCK) for side in alpha.shape[::-1])
    density = cv2.blur(cv2.resize(between, size, interpolation=cv2.INTER_AREA), (5, 5))
    y, x = np.unravel_index(int(density.argmax()), density.shape)
    worst = int((x + 0.5) * alpha.shape[1] / size[0]), int((y + 0.5) * alpha.shape[0] / size[1])
    return Measurement(100 * excess / covered, worst_xy=worst)


CHECK = Check(
    run=alpha_histogram,
    needs=("alpha",),
    unit="% of subject",
    better="lower",
    limit=LIMIT,
    words="large half-transparent areas: check whether the subject is really see-through",
)
