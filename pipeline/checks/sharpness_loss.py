"""Measures how much of the photo's fine detail the retouched subject has lost."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.image import levels
from pipeline.step import Check, Measurement

PATCH = 48  # px, side of the places compared
GRID = 24  # places tried along each side of the frame
PLACES = 40  # places compared at most: those with the most detail
FINE = 1.0  # px; blur whose difference to the picture is fine detail
COARSE = 3.0  # px; what changes over this distance is contrast, which corrections may change
PLAIN = 0.006  # sRGB scatter of coarse contrast below which a place has nothing to lose
FEWEST = 3  # places
LIMIT = 15.0  # %; calibrated on the sample renders: a Gaussian blur of 0.6 px loses 24%, the whole pipeline at most 14%


def sharpness_loss(
    *, photo: np.ndarray, foreground: np.ndarray, alpha: np.ndarray, geometry: np.ndarray, params: object = None
) -> Measurement:
    """Measures the share of fine detail lost between the photo and the retouched subject, place by place.

    Fine detail is taken relative to the coarser contrast of the same place, so that a lighter or more contrasty
    rendering is no gain and no loss.

    Args:
        photo: (h, w, 3) as loaded.
        foreground: (H, W, 3) delivered colour.
        alpha: (H, W) ``float32``.
        geometry: (3, 3) photo pixels to current ones.

    Returns:
        Loss in percent, the median of the places with most detail; 0 where detail was kept or brought out.
    """
    back = np.linalg.inv(geometry)
    height, width = alpha.shape
    if min(height, width) <= PATCH:
        return Measurement(None, reason="the picture is too small to compare detail")
    inside = cv2.boxFilter((alpha >= 0.999).astype(np.uint8), cv2.CV_32F, (PATCH, PATCH), anchor=(0, 0))
    places = []
    for y in np.linspace(0, height - PATCH, GRID).astype(int):
        for x in np.linspace(0, width - PATCH, GRID).astype(int):
            if inside[y, x] < 0.999:
                continue
            centre = back @ (x + PATCH / 2, y + PATCH / 2, 1.0)
            left, top = (round(float(c / centre[2] - PATCH / 2)) for c in centre[:2])
            if left < 0 or top < 0 or left + PATCH > photo.shape[1] or top + PATCH > photo.shape[0]:
                continue
            before = _detail(photo[top : top + PATCH, left : left + PATCH])
            if before[1] > PLAIN:
                after = _detail(foreground[y : y + PATCH, x : x + PATCH])
                places.append((before, after, (int(x + PATCH // 2), int(y + PATCH // 2))))
    if len(places) < FEWEST:
        return Measurement(None, reason="the subject has too little solid detail to compare")
    places.sort(key=lambda place: -place[0][0])
    places = places[:PLACES]
    kept = [(after[0] / max(after[1], 1e-6)) / max(before[0] / before[1], 1e-6) for before, after, _ in places]
    worst = places[int(np.argmin(kept))][2]
    return Measurement(100 * max(0.0, 1.0 - float(np.median(kept))), worst_xy=worst)


def _detail(patch: np.ndarray) -> tuple[float, float]:
    """Scatter of fine detail and of coarse contrast in a place, sRGB."""
    luma = cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY).astype(np.float32) / levels(patch)
    soft = cv2.GaussianBlur(luma, (0, 0), FINE)
    return float((luma - soft).std()), float((soft - cv2.GaussianBlur(luma, (0, 0), COARSE)).std())


CHECK = Check(
    run=sharpness_loss,
    needs=("photo", "foreground", "alpha", "geometry"),
    unit="%",
    better="lower",
    limit=LIMIT,
    words="the subject is softer than the photo",
)
