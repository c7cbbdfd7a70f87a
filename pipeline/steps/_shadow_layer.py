"""The shadow between product and paper: chosen and drawn at a small size, then brought to the picture's pixels."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.image import levels
from pipeline.steps._contact_shadow import even_shadow, standing, standing_shadow, subject_size
from pipeline.steps._original_shadow import brightness_to_backdrop, original_shadow

WORK_SIDE = 512  # px, longest side shadows are drawn at: the sharpest crease has a blur of 2 px there
FAINTEST = 1.0 / 255  # a shade under one 8-bit level is cut to 0, so that white paper stays exactly white


def draw_shadow(
    image: np.ndarray, alpha: np.ndarray, *, kind: str, strength: float, softness: float, offset: float
) -> tuple[np.ndarray, float | None]:
    """The shadow at working size, and how surely the product stands.

    Args:
        image: (H, W, 3) corrected photo.
        alpha: (H, W) ``float32`` opacity.
        kind: ``contact`` or ``original``.
        strength: Darkness of the standard shadow at its darkest.
        softness: Multiplies its blurs.
        offset: How far it falls, share of the subject's size.

    Returns:
        ``float32`` (h, w), 0 no shadow; and 0 (hangs or lies flat) to 1 (stands), None for the original shadow.
    """
    scale = min(1.0, WORK_SIDE / max(alpha.shape))
    size = (max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale)))
    matte = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32) / levels(image)
    brightness = brightness_to_backdrop(small, matte)
    if kind == "original":
        shade, stands = original_shadow(brightness, matte, subject_size(matte > 0.5)), None
    else:
        stands = standing(matte, brightness)
        shade = np.zeros_like(matte)
        for share, draw in ((stands, standing_shadow), (1.0 - stands, even_shadow)):
            if share > 0:
                shade += np.float32(share) * draw(matte, softness=softness, offset=offset)
        shade *= np.float32(strength)
    return np.maximum(shade - np.float32(FAINTEST), 0.0), stands


def at_full_size(shade: np.ndarray, shape: tuple[int, int]) -> tuple[np.ndarray, tuple[slice, slice] | None]:
    """The shadow in the picture's own pixels, and the box outside which it is zero (None: no shadow)."""
    if not shade.any():
        return np.zeros(shape, np.float32), None
    shadow = cv2.resize(shade, shape[::-1], interpolation=cv2.INTER_CUBIC)
    np.clip(shadow, 0.0, 1.0, out=shadow)
    left, top, width, height = cv2.boundingRect((shade > 0).astype(np.uint8))
    step = [full / small for full, small in zip(shape, shade.shape, strict=True)]
    rows = slice(max(0, int((top - 2) * step[0])), int((top + height + 2) * step[0]) + 1)
    columns = slice(max(0, int((left - 2) * step[1])), int((left + width + 2) * step[1]) + 1)
    return shadow, (rows, columns)
