"""Skin as melanin and blood see it: how dark each pixel is, at a size where every photo looks alike."""

from __future__ import annotations

import cv2
import numpy as np

WORK_SIDE = 1024  # px, longer side; spots under about 0.4% of it are not looked for
DEEPEST = 6.0  # 8-bit level added before the logarithm, so that noise in shadows does not become contrast


def darkness(image: np.ndarray) -> tuple[np.ndarray, float]:
    """How much light the skin swallows, in log units, and the scale from the picture to this map.

    Melanin and blood both absorb blue and green far more than red, so spots stand out most there. The logarithm makes
    a spot as strong on dark skin as on light skin and in shadow as in light.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``, sRGB-encoded.

    Returns:
        float32 map, larger is darker, and its size divided by the picture's (at most 1).
    """
    height, width = image.shape[:2]
    scale = min(1.0, WORK_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA) if scale < 1.0 else image
    green_blue = cv2.transform(small.astype(np.float32), np.array([[0.1, 0.5, 0.4]], np.float32))
    if image.dtype == np.uint16:
        green_blue /= 257.0
    return -cv2.log(green_blue + DEEPEST), scale
