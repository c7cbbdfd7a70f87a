"""Drawn garments on drawn grounds: outlines by the thousand, where the photos are a few hundred."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.training.prepare_net_parts.cloth import SIDE, fabric, ground, smooth_noise
from pipeline.training.prepare_net_parts.others import hat, legs, shoes, skirt
from pipeline.training.prepare_net_parts.tops import top

SHAPES = {"skirt": skirt, "pants": legs, "shorts": legs, "shoes": shoes, "hat": hat}  # all others are tops
SQUEEZE = (4 / 3, 4 / 3, 4 / 3, 16 / 9, 1.0, 3 / 4)  # upright photos are seen squeezed to a square, most are 3:4


def garment(rng: np.random.Generator, kind: str) -> np.ndarray:
    """One drawn garment of that kind as a photo squeezed to a square, uint8 (SIDE, SIDE, 3)."""
    scene = ground(rng)
    cloth = fabric(rng, kind)
    layer, mask, marks = SHAPES.get(kind, top)(rng, kind)
    folds = smooth_noise(rng, rng.uniform(3, 12), stretch=rng.uniform(1, 4)) * rng.uniform(0.03, 0.16)
    cloth = cloth * ((1.0 + marks) * (1.0 + folds))[..., None]
    if layer is not None:
        paint, where = layer
        cloth = cloth * (1 - where[..., None]) + paint * where[..., None]
    cloth, mask = _laid(rng, cloth, mask)
    shadow = np.roll(mask, (int(rng.integers(0, 4)), int(rng.integers(-3, 4))), (0, 1))
    scene = scene * (1 - rng.uniform(0.1, 0.5) * cv2.GaussianBlur(shadow, (0, 0), 2.5)[..., None])
    photo = scene * (1 - mask[..., None]) + cloth * mask[..., None]
    light = 1.0 + smooth_noise(rng, 50) * rng.uniform(0, 0.25)
    photo = photo * light[..., None] * rng.uniform(0.7, 1.15) * rng.uniform(0.9, 1.1, 3)
    photo = cv2.GaussianBlur(photo, (0, 0), rng.uniform(0.3, 0.8)) + rng.normal(0, rng.uniform(1, 5), photo.shape)
    return np.clip(photo, 0, 255).astype(np.uint8)


def _laid(rng: np.random.Generator, cloth: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turned, scaled, sheared and a little crumpled."""
    angle = rng.normal(0, 8) + (rng.choice([90, -90, 180]) if rng.random() < 0.05 else 0.0)
    rows, columns = np.flatnonzero(mask.max(1) > 0.5), np.flatnonzero(mask.max(0) > 0.5)
    squeeze = rng.choice(SQUEEZE)
    largest = max(rows[-1] - rows[0] + 1, (columns[-1] - columns[0] + 1) * squeeze)
    there = cv2.getRotationMatrix2D((0, 0), angle, rng.uniform(0.6, 1.0) * SIDE / largest)
    there[0] *= squeeze
    there[:, :2] += rng.normal(0, 0.04, (2, 2))
    centre = [(columns[0] + columns[-1]) / 2, (rows[0] + rows[-1]) / 2]
    there[:, 2] = SIDE / 2 - there[:, :2] @ centre + rng.normal(0, 5, 2)
    back = cv2.invertAffineTransform(there)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    crumple = (smooth_noise(rng, rng.uniform(16, 45)) * rng.uniform(0.3, 1.8) for _ in range(2))
    at = [(a * x + b * y + c + bump).astype(np.float32) for (a, b, c), bump in zip(back, crumple, strict=True)]
    cloth = cv2.remap(cloth.astype(np.float32), *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return cloth, np.clip(cv2.remap(mask, *at, cv2.INTER_LINEAR), 0, 1)
