"""Measures the light or dark rim of backdrop colour that the cutout carries along its outline."""

from __future__ import annotations

import numpy as np

from pipeline.checks._outline import trace_outline
from pipeline.step import Check, Measurement

REACH = 0.005  # of the longer side: rim looked for on either side of the outline; wider ones count as that wide
LEAST_REACH = 5  # px
DEPTH = 8  # px of subject inside and of backdrop outside that give the two colours
CONTRAST = 0.16  # sRGB distance of those colours under which a rim is invisible and not judged
RIM = (0.10, 0.50)  # distance to the backdrop's colour, as a share of the contrast, that counts in full and not at all
WORST = 0.85  # quantile over the pieces: a rim along a seventh of the outline is seen
FEWEST = 6  # pieces with contrast
LIMIT = 1.5  # px; calibrated on the sample renders 000-005 with true mattes: 89% lie under it, rims of 2 px over it


def halo_width(*, image: np.ndarray, foreground: np.ndarray, alpha: np.ndarray, params: object = None) -> Measurement:
    """Measures how wide a rim of the old backdrop would show around the subject on new paper.

    Along short pieces of the outline the delivered colour is compared with the subject's a few pixels further in
    and the backdrop's a few pixels further out. What is nearer the backdrop, times its opacity, is rim.

    Args:
        image: (H, W, 3) corrected photo, for the backdrop's colour.
        foreground: (H, W, 3) delivered colour.
        alpha: (H, W) ``float32``.

    Returns:
        Width in px at the worst seventh of the outline. None where subject and backdrop have one colour.
    """
    outline = trace_outline(alpha)
    if outline is None:
        return Measurement(None, reason="the matte has no outline long enough to judge")
    reach = max(LEAST_REACH, round(REACH * max(alpha.shape)))
    band = np.arange(-reach, reach + 1)
    inside, solid = outline.own_colour(foreground, alpha, reach + DEPTH)
    outside = np.median(outline.read(image, np.arange(reach + 1, reach + 1 + DEPTH)), axis=(1, 2))
    empty = np.median(outline.read(alpha, np.arange(reach + 1, reach + 1 + DEPTH)), axis=(1, 2)) < 0.1
    distance = np.linalg.norm(outside - inside, axis=1)
    judged = empty & solid & (distance > CONTRAST)
    if judged.sum() < FEWEST:
        return Measurement(None, reason="subject and backdrop are too alike along the outline to see a rim")
    profile = np.median(outline.read(foreground, band), axis=1)
    away = np.linalg.norm(profile - outside[:, None], axis=2) / np.maximum(distance, 1e-3)[:, None]
    rim = np.clip((RIM[1] - away) / (RIM[1] - RIM[0]), 0.0, 1.0) * np.median(outline.read(alpha, band), axis=1)
    width = np.where(judged, rim.sum(axis=1), -1.0)
    value = float(np.quantile(width[judged], WORST))
    return Measurement(value, worst_xy=outline.centre(int(width.argmax())))


CHECK = Check(
    run=halo_width,
    needs=("image", "foreground", "alpha"),
    unit="px",
    better="lower",
    limit=LIMIT,
    words="light or dark rim of the old backdrop around the subject",
)
