"""The shadow the photo really has: how much darker the ground is near the product than the backdrop around it."""

from __future__ import annotations

import cv2
import numpy as np

CLEAR = 0.02  # opacity below which the backdrop is seen alone
FIT_SIDE = 96  # px, longest side of the grid the bare backdrop is fitted on; it is smooth
ROUNDS = 4  # of re-weighting: the shadow leaves the fit after three on the sample renders
DARKER_IS_SHADE = 0.03  # a spot this much darker than the fit no longer pulls it down
LIGHT = np.array([0.299, 0.587, 0.114], np.float32)  # luma weights, ITU-R BT.601
KEPT_NEAR = 0.30  # of the subject's size: the shadow has faded out at that distance
SMOOTH = 0.006  # of the size: takes the grain out of the shadow, leaves its shape


def brightness_to_backdrop(small: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """How bright each place is against the bare backdrop: 1 is unshaded paper, 0.7 a soft shadow.

    Args:
        small: (h, w, 3) ``float32`` photo at working size, 0 to 1.
        alpha: (h, w) ``float32`` matte.

    Returns:
        ``float32`` (h, w), 0 to 1.2; ones when no backdrop is seen.
    """
    luma = small @ LIGHT
    scale = min(1.0, FIT_SIDE / max(luma.shape))
    grid = (max(4, round(luma.shape[1] * scale)), max(4, round(luma.shape[0] * scale)))
    seen = (alpha < CLEAR).astype(np.float32)
    share = cv2.resize(seen, grid, interpolation=cv2.INTER_AREA).ravel()
    bare = cv2.resize(luma * seen, grid, interpolation=cv2.INTER_AREA).ravel() / np.maximum(share, 1e-3)
    if (share > 0.5).sum() < 24:
        return np.ones_like(luma)
    basis = _quadratic(grid[1], grid[0])
    weight = np.where(share > 0.5, share, 0.0)
    for _ in range(ROUNDS):
        weighted = basis * weight[:, None]
        surface = basis @ np.linalg.solve(weighted.T @ basis + 1e-6 * np.eye(6), weighted.T @ bare)
        short = np.clip(1.0 - bare / np.maximum(surface, 0.02), -0.1, None) / DARKER_IS_SHADE
        weight = np.where(share > 0.5, share, 0.0) * np.where(short > 0, np.exp(-np.square(short)), 1.0) + 1e-9
    backdrop = cv2.resize(surface.reshape(grid[1], grid[0]).astype(np.float32), luma.shape[::-1])
    return np.clip(luma / np.maximum(backdrop, 0.02), 0.0, 1.2)


def original_shadow(brightness: np.ndarray, alpha: np.ndarray, size: float) -> np.ndarray:
    """The photo's shadow alone: smooth, only darkening, fading out away from the subject, continued beneath it.

    Args:
        brightness: From `brightness_to_backdrop`.
        alpha: (h, w) ``float32`` matte at the same size.
        size: Side of the subject, px.

    Returns:
        ``float32`` (h, w) in [0, 1]: 0 no shadow.
    """
    covered = (alpha >= CLEAR).astype(np.uint8)
    seen = (cv2.dilate(covered, np.ones((3, 3))) == 0).astype(np.float32)
    shade = np.clip(1.0 - brightness - 0.01, 0.0, 1.0) * seen  # 1%: grain is no shadow
    sigma = max(0.8, SMOOTH * size)
    near, mass = cv2.GaussianBlur(shade, (0, 0), sigma), cv2.GaussianBlur(seen, (0, 0), sigma)
    wide, wide_mass = cv2.GaussianBlur(shade, (0, 0), 5 * sigma), cv2.GaussianBlur(seen, (0, 0), 5 * sigma)
    trust = np.clip(mass * 2.0, 0.0, 1.0)
    smooth = trust * near / np.maximum(mass, 1e-3) + (1 - trust) * wide / np.maximum(wide_mass, 1e-3)
    distance = cv2.distanceTransform(1 - covered, cv2.DIST_L2, 3)
    fade = np.clip(1.0 - distance / max(1.0, KEPT_NEAR * size), 0.0, 1.0)
    return np.clip(smooth * fade * fade * (3 - 2 * fade), 0.0, 1.0).astype(np.float32)


def _quadratic(height: int, width: int) -> np.ndarray:
    """Quadratic terms over the frame, float64 (H*W, 6)."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    x, y = x.ravel(), y.ravel()
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
