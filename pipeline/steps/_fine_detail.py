"""Brightness fine enough to tell detail from rounding, how much of it is only noise, and the broad contrast."""

from __future__ import annotations

import cv2
import numpy as np

UNIT = 16  # detail is counted in 1/16 of an 8-bit level (12 bits): finer than the rounding of either depth
CONTRAST_SIDE = 512  # px, longest side the broad contrast is read at
PATCH = 24  # px, side of the patches noise is read in: small enough to fit between subject and frame
CLIPPED = (6, 249)  # 8-bit levels outside which noise is cut off and cannot be read


def fine_luma(picture: np.ndarray) -> np.ndarray:
    """Brightness in 1/`UNIT` of an 8-bit level, ``uint16``."""
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return luma.astype(np.uint16) * np.uint16(UNIT) if luma.dtype == np.uint8 else luma // np.uint16(UNIT)


def noise_in(image: np.ndarray, alpha: np.ndarray, inside: np.ndarray, radius: float) -> float:
    """Scatter of fine detail that is only noise, in `UNIT`: read on bare backdrop, else on the calmest material."""
    found: dict[bool, list[float]] = {True: [], False: []}
    rows, columns = (np.linspace(0, n - PATCH, 14).astype(int) for n in alpha.shape)
    for y in np.unique(np.maximum(rows, 0)):
        for x in np.unique(np.maximum(columns, 0)):
            patch = (slice(y, y + PATCH), slice(x, x + PATCH))
            bare = not alpha[patch].any()
            if bare or inside[patch].all():
                luma = fine_luma(image[patch])
                if CLIPPED[0] * UNIT < np.median(luma) < CLIPPED[1] * UNIT:
                    fine = cv2.subtract(luma, cv2.GaussianBlur(luma, (0, 0), radius), dtype=cv2.CV_16S)
                    found[bare].append(1.4826 * float(np.median(np.abs(fine))))
    if len(found[True]) >= 4:
        return float(np.median(found[True]))
    return float(np.quantile(found[False], 0.2)) if found[False] else 0.0


def broad_contrast(luma: np.ndarray, mask: np.ndarray, side: int, radius: float) -> np.ndarray:
    """Difference of each place to its wider surroundings on the subject alone, ``int16`` like ``luma``."""
    scale = min(1.0, CONTRAST_SIDE / side)
    size = (max(1, round(luma.shape[1] * scale)), max(1, round(luma.shape[0] * scale)))
    small = cv2.resize(luma, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    weight = cv2.resize(mask, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255 + 1e-4
    sigma = max(1.0, radius * side * scale)
    around = cv2.GaussianBlur(small * weight, (0, 0), sigma) / cv2.GaussianBlur(weight, (0, 0), sigma)
    broad = cv2.GaussianBlur(small, (0, 0), 1.0) - around
    return cv2.resize(broad, luma.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.int16)
