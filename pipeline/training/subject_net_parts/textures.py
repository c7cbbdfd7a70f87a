"""Surfaces that products are laid on: made once from a seed, then seen from random places and angles."""

from __future__ import annotations

import cv2
import numpy as np

SIDE = 512  # px of a surface


def surfaces(rng: np.random.Generator) -> list[np.ndarray]:
    """Surfaces as brightness around 0, float32 (512, 512), between -1 and 1: wood, tiles, cloth, carpet, plaster."""
    made = []
    for _ in range(4):
        made += [_wood(rng), _planks(rng), _tiles(rng), _weave(rng), _folds(rng), _speckle(rng), _plaster(rng)]
        made += [_stripes(rng), _checks(rng)]
    return [np.clip(m, -1, 1).astype(np.float32) for m in made]


def _noise(rng: np.random.Generator, cells_x: int, cells_y: int) -> np.ndarray:
    """Smooth noise of about unit size with so many cells along each side."""
    small = rng.standard_normal((max(4, cells_y), max(4, cells_x)), dtype=np.float32)
    return cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)


def _wood(rng: np.random.Generator) -> np.ndarray:
    ring = _noise(rng, 4, 12) * 3 + np.linspace(0, rng.uniform(10, 40), SIDE, dtype=np.float32)[:, None]
    return 0.35 * np.sin(ring * 2) + 0.25 * _noise(rng, 8, 256) + 0.1 * _noise(rng, 4, 40)


def _planks(rng: np.random.Generator) -> np.ndarray:
    count = int(rng.integers(4, 14))
    plank = np.arange(SIDE) * count // SIDE
    tone = rng.normal(0, 0.3, count).astype(np.float32)[plank]
    gap = np.where(np.diff(plank, prepend=plank[0]) > 0, -0.9, 0.0).astype(np.float32)
    gap = cv2.GaussianBlur(gap[:, None], (1, 5), 0.8)
    return tone[:, None] + gap + 0.2 * _noise(rng, 6, 200)


def _tiles(rng: np.random.Generator) -> np.ndarray:
    count = int(rng.integers(3, 12))
    at = (np.arange(SIDE) * count / SIDE) % 1.0
    joint = (np.minimum(at, 1 - at) < rng.uniform(0.01, 0.04)).astype(np.float32)
    lines = cv2.GaussianBlur(np.maximum(joint[:, None], joint[None]), (0, 0), 1.0)
    tone = cv2.resize(rng.normal(0, 0.15, (count, count)).astype(np.float32), (SIDE, SIDE), interpolation=0)
    return tone + lines * rng.choice((-0.8, 0.8)) + 0.1 * _noise(rng, 60, 60)


def _weave(rng: np.random.Generator) -> np.ndarray:
    x, y = np.meshgrid(np.arange(SIDE, dtype=np.float32), np.arange(SIDE, dtype=np.float32))
    pitch = rng.uniform(3, 9)
    threads = np.sin(2 * np.pi * x / pitch) * np.sin(2 * np.pi * y / pitch * rng.uniform(0.7, 1.4))
    return 0.3 * threads + 0.15 * _noise(rng, 128, 128) + 0.25 * _folds(rng)


def _folds(rng: np.random.Generator) -> np.ndarray:
    angle = rng.uniform(0, np.pi)
    x, y = np.meshgrid(np.linspace(-1, 1, SIDE, dtype=np.float32), np.linspace(-1, 1, SIDE, dtype=np.float32))
    across = x * np.cos(angle) + y * np.sin(angle) + 0.25 * _noise(rng, 5, 5)
    ridge = np.abs(np.sin(across * rng.uniform(3, 9)))
    return ridge * 1.2 - 0.8 + 0.2 * _noise(rng, 10, 10)


def _speckle(rng: np.random.Generator) -> np.ndarray:
    grain = cv2.GaussianBlur(rng.standard_normal((SIDE, SIDE)).astype(np.float32), (0, 0), rng.uniform(0.6, 3.0))
    return 0.4 * grain / grain.std()


def _plaster(rng: np.random.Generator) -> np.ndarray:
    return sum(_noise(rng, cells, cells) / (1.5 + k) * 0.4 for k, cells in enumerate((6, 14, 40, 120)))


def _stripes(rng: np.random.Generator) -> np.ndarray:
    pitch = rng.uniform(12, 80)
    wave = np.sin(2 * np.pi * np.arange(SIDE, dtype=np.float32) / pitch + rng.uniform(0, 6))
    return np.tile(np.tanh(wave * rng.uniform(1, 8)) * 0.5, (SIDE, 1)) + 0.1 * _noise(rng, 80, 80)


def _checks(rng: np.random.Generator) -> np.ndarray:
    one = _stripes(rng)
    return 0.5 * (one + one.T)
