"""Measures the backdrop's hue that is left in the subject's colour near its edge."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.checks._outline import trace_outline
from pipeline.step import Check, Measurement

REACH = 0.004  # of the longer side, either side of the outline: reflected backdrop fades out within it
LEAST_REACH = 4  # px
DEPTH = 14  # px further in: what gives the subject's own colour
WIDTH = 10  # px of backdrop that give its colour
COLOURED = 6.0  # CIELAB chroma below which a backdrop is grey and has no hue to give
WORST = 0.7  # quantile over the pieces: light from the floor alone reaches fewer of them
FEWEST = 6  # pieces
LIMIT = 6.0  # calibrated on the sample renders 000-005: 93% lie under it, a strong backdrop mixed in by half over it


def colour_spill(*, image: np.ndarray, foreground: np.ndarray, alpha: np.ndarray, params: object = None) -> Measurement:
    """Measures how far the edge's colour leans towards the hue of a coloured backdrop.

    Args:
        image: (H, W, 3) corrected photo, for the backdrop's colour.
        foreground: (H, W, 3) delivered colour.
        alpha: (H, W) ``float32``.

    Returns:
        Shift of the edge against the subject further in, towards the backdrop's hue, in CIELAB units
        (about 2 are just seen side by side) over the worst third of the outline; 0 on a grey backdrop.
    """
    outline = trace_outline(alpha)
    if outline is None:
        return Measurement(None, reason="the matte has no outline long enough to judge")
    reach = max(LEAST_REACH, round(REACH * max(alpha.shape)))
    opacity = outline.read(alpha, np.arange(-reach, reach + 1))
    beyond = np.arange(2 * reach, 2 * reach + WIDTH)
    own, solid = outline.own_colour(foreground, alpha, reach + DEPTH)
    judged = solid & (np.median(outline.read(alpha, beyond), axis=(1, 2)) < 0.1)
    if judged.sum() < FEWEST:
        return Measurement(None, reason="too little solid outline with backdrop beside it to judge")
    backdrop = _hue(np.median(outline.read(image, beyond), axis=(1, 2)))
    if np.median(np.linalg.norm(backdrop, axis=1)[judged]) < COLOURED:
        return Measurement(0.0, reason="the backdrop is grey: it has no hue to spill")
    towards = backdrop - _hue(own)
    far = np.linalg.norm(towards, axis=1)
    direction = towards / np.maximum(far, COLOURED)[:, None]
    edge = _hue(outline.read(foreground, np.arange(-reach, reach + 1)))
    lean = ((edge - _hue(own)[:, None, None]) * direction[:, None, None]).sum(axis=3)
    shift = (lean * opacity).sum(axis=2) / np.maximum(opacity.sum(axis=2), 1e-3)
    spill = np.where(judged, np.median(shift, axis=1), -np.inf)
    value = max(0.0, float(np.quantile(spill[judged], WORST)))
    return Measurement(value, worst_xy=outline.centre(int(spill.argmax())))


def _hue(colours: np.ndarray) -> np.ndarray:
    """CIELAB a*, b* of colours in [0, 1], float32 (..., 2)."""
    lab = cv2.cvtColor(np.ascontiguousarray(colours.reshape(-1, 1, 3)), cv2.COLOR_RGB2LAB)
    return lab[:, 0, 1:].reshape(*colours.shape[:-1], 2)


CHECK = Check(
    run=colour_spill,
    needs=("image", "foreground", "alpha"),
    unit="CIELAB units",
    better="lower",
    limit=LIMIT,
    words="the backdrop's colour shines on the subject's edge",
)
