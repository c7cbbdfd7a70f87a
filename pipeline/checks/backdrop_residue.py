"""Measures the haze of backdrop that the matte leaves on the paper, away from the subject."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.checks._scene import small_scene
from pipeline.step import Check, Measurement

AWAY = 0.02  # of the longer side: nearer to the subject, soft edges and hair are its own
GRAIN = 0.06  # opacity that a photo's grain can explain
LIMIT = 0.2  # %; calibrated on the sample renders 000-005: 97% lie under it, a veil of half a level of 255 over it


def backdrop_residue(*, image: np.ndarray, alpha: np.ndarray, params: object = None) -> Measurement:
    """Measures the veil of opacity left where only paper should be.

    Opacity away from the subject counts as far as the photo shows no more than backdrop there; whole pieces are
    left to the check of islands.

    Args:
        image: (H, W, 3) corrected photo.
        alpha: (H, W) ``float32``.

    Returns:
        Mean opacity of that veil over the paper, in percent.
    """
    scene = small_scene(image, alpha)
    if scene is None:
        return Measurement(None, reason="the matte is empty or fills the frame")
    reach = max(2, round(AWAY * max(scene.alpha.shape)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    paper = (cv2.dilate((scene.alpha > 0.5).astype(np.uint8), kernel) == 0) & scene.outside
    if paper.sum() < 100:
        return Measurement(None, reason="hardly any paper is free of the subject")
    likeness, trust = scene.likeness()
    veil = np.where(paper, np.maximum(scene.alpha - np.maximum(likeness * trust - GRAIN, 0.0), 0.0), 0.0)
    blurred = cv2.GaussianBlur(veil, (0, 0), 3)
    y, x = np.unravel_index(int(blurred.argmax()), blurred.shape)
    return Measurement(100 * float(veil[paper].mean()), worst_xy=scene.full(x, y))


CHECK = Check(
    run=backdrop_residue,
    needs=("image", "alpha"),
    unit="% opacity",
    better="lower",
    limit=LIMIT,
    words="haze of the old backdrop on the paper",
)
