"""Turns a map of fractions into whole levels."""

from __future__ import annotations

import cv2
import numpy as np


def map_levels(fraction: np.ndarray, dtype: type | np.dtype) -> np.ndarray:
    """A map in [0, 1] as rounded levels of uint8 or uint16.

    Args:
        fraction: float32 (H, W).
        dtype: ``np.uint8`` or ``np.uint16``.
    """
    if np.dtype(dtype) == np.uint8:
        return cv2.convertScaleAbs(fraction, alpha=255.0)
    return (fraction * np.float32(65535) + np.float32(0.5)).astype(np.uint16)
