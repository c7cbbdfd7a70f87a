"""Plain GrabCut from a rectangle: the yardstick every other engine is held against."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image import freeze, levels
from pipeline.step import Engine, param

ROUNDS = 5  # the number the paper's figures settle at


@dataclass(frozen=True, slots=True)
class Params:
    """Where the rectangle lies and how large the photo is looked at."""

    working_side_px: int = param(512, doc="longest side the cut is made at", unit="px", low=128, high=2048)
    inset: float = param(
        0.02, doc="distance of the rectangle from the frame", unit="share of side", low=0.002, high=0.3
    )


def grabcut(image: np.ndarray, params: Params) -> np.ndarray:
    """Cut out what lies in a rectangle just inside the frame, by colour alone; yes or no, nothing between.

    Args:
        image: RGB uint8 or uint16 (H, W, 3).
        params: See `Params`.

    Returns:
        0 or 1 per working pixel, enlarged linearly, float32 (H, W).

    Source:
        Rother, Kolmogorov and Blake 2004, "GrabCut: interactive foreground extraction using iterated graph cuts".
    """
    height, width = image.shape[:2]
    scale = min(1.0, params.working_side_px / max(height, width))
    size = max(16, round(width * scale)), max(16, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    if levels(image) == 65535:
        small = (small >> 8).astype(np.uint8)
    inset = max(1, round(params.inset * size[0])), max(1, round(params.inset * size[1]))
    rectangle = (*inset, size[0] - 2 * inset[0], size[1] - 2 * inset[1])
    mask = np.zeros(size[::-1], np.uint8)
    cv2.setRNGSeed(0)  # its colour clusters start at random
    cv2.grabCut(small, mask, rectangle, np.zeros((1, 65)), np.zeros((1, 65)), ROUNDS, cv2.GC_INIT_WITH_RECT)
    subject = ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)).astype(np.float32)
    return freeze(cv2.resize(subject, (width, height), interpolation=cv2.INTER_LINEAR))


ENGINE = Engine(run=grabcut, params=Params)
