"""A plain description of a photo by colour and edges, which needs no training: for what a network does not look at."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.image import levels

SIDE_PX = 128
HUES, LIGHTS, TURNS, CELLS = 12, 8, 8, 4
_LEAST_CHROMA = 8.0  # CIELAB; below that a colour has no hue to speak of


def colour_edge_vector(image: np.ndarray) -> np.ndarray:
    """Which colours, how light, and where edges run which way, of length 1.

    Hues weighted by chroma and lightnesses over the whole photo; edge directions weighted by strength in
    4 x 4 cells, as in histograms of oriented gradients.

    Args:
        image: RGB uint8 or uint16 (H, W, 3); any size.

    Returns:
        float32 (12 + 8 + 4 * 4 * 8,).

    Source:
        Dalal and Triggs (2005), Histograms of oriented gradients for human detection, CVPR.
    """
    small = cv2.resize(image, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    lab = cv2.cvtColor(small / np.float32(levels(image)), cv2.COLOR_RGB2Lab)
    chroma, hue = np.hypot(lab[..., 1], lab[..., 2]), np.arctan2(lab[..., 2], lab[..., 1])
    hues = _histogram((hue + np.pi) / (2 * np.pi), np.where(chroma > _LEAST_CHROMA, chroma, 0), HUES)
    lights = _histogram(lab[..., 0] / 100.0001, np.ones_like(hue), LIGHTS)
    across, down = (cv2.Sobel(lab[..., 0], cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    strength, turn = np.hypot(across, down), np.arctan2(down, across) % np.pi / (np.pi * 1.0001)
    side = SIDE_PX // CELLS
    cells = [
        _histogram(turn[y : y + side, x : x + side], strength[y : y + side, x : x + side], TURNS)
        for y in range(0, SIDE_PX, side)
        for x in range(0, SIDE_PX, side)
    ]
    parts = [hues, lights, np.concatenate(cells)]
    vector = np.concatenate([np.sqrt(part / max(float(part.sum()), 1e-12)) for part in parts])
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)


def _histogram(place: np.ndarray, weight: np.ndarray, bins: int) -> np.ndarray:
    return np.bincount((place * bins).astype(np.intp).clip(0, bins - 1).ravel(), weight.ravel(), bins)
