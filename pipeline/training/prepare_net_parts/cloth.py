"""Cloth and grounds drawn from nothing: plain, striped, checked, dotted, floral, denim; wood, tiles, carpet, walls."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

SIDE = 144  # px of a drawn photo


def smooth_noise(rng: np.random.Generator, sigma: float, stretch: float = 1.0) -> np.ndarray:
    """Noise of about unit size that changes over ``sigma`` px, longer along one side when stretched."""
    size = max(3, int(SIDE / sigma) + 2)
    tall = max(3, int(size / stretch))
    noise = rng.normal(0, 1, (tall, size)).astype(np.float32)
    if rng.random() < 0.5:
        noise = noise.T.copy()
    return cv2.resize(noise, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)


def random_colour(rng: np.random.Generator) -> np.ndarray:
    """A colour as clothes have them, 0 to 255: nearly half are black, white or grey."""
    if rng.random() < 0.45:  # greys, black, white
        return np.full(3, rng.choice([rng.uniform(15, 70), rng.uniform(90, 170), rng.uniform(190, 245)])) + rng.normal(
            0, 6, 3
        )
    hsv = np.uint8([[[rng.integers(0, 180), rng.integers(50, 255), rng.integers(40, 250)]]])
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0].astype(np.float64)


def fabric(rng: np.random.Generator, kind: str) -> np.ndarray:
    """The cloth that kind of garment is often made of."""
    kinds = ["plain"] * 6 + ["stripes", "blobs", "dots", "plaid"]
    if kind == "shirt":
        kinds = ["plain"] * 3 + ["plaid"] * 3 + ["stripes", "dots"]
    if kind in ("pants", "shorts", "skirt"):
        kinds = ["plain"] * 4 + ["denim"] * 4 + ["blobs", "plaid", "stripes"]
    if kind == "dress":
        kinds = ["plain"] * 3 + ["blobs"] * 3 + ["dots", "stripes"]
    if kind in ("hat", "shoes", "outwear", "blazer"):
        kinds = ["plain"] * 8 + ["blobs", "denim", "plaid", "stripes"]
    return pattern(rng, random_colour(rng), kinds)


def ground(rng: np.random.Generator) -> np.ndarray:
    """What the garment lies on or hangs before."""
    kind = rng.choice(
        ["planks", "tiles", "carpet", "plain", "blobs", "cloth", "wall"], p=[0.25, 0.1, 0.12, 0.15, 0.1, 0.18, 0.1]
    )
    base = random_colour(rng)
    if kind == "planks":
        base = np.array([rng.uniform(130, 220), rng.uniform(95, 170), rng.uniform(50, 140)])
        if rng.random() < 0.35:
            base = np.full(3, rng.uniform(90, 220)) + rng.normal(0, 8, 3)
    if kind in ("wall", "tiles"):
        base = np.full(3, rng.uniform(120, 235)) + rng.normal(0, 10, 3)
    if kind in ("plain", "cloth") and rng.random() < 0.5:
        base = np.full(3, rng.uniform(170, 245)) + rng.normal(0, 10, 3)
    out = pattern(rng, base, [kind if kind in ("planks", "tiles", "carpet", "blobs") else "plain"])
    if kind == "cloth":
        out *= 1 + rng.uniform(0.03, 0.12) * smooth_noise(rng, rng.uniform(5, 14), 2)[..., None]
    if rng.random() < 0.15:  # the edge of a wall, a rug or a bed
        cut = rng.integers(0, SIDE)
        other = pattern(rng, random_colour(rng), ["plain", "planks", "carpet"])
        if rng.random() < 0.5:
            out[cut:] = other[cut:]
        elif rng.random() < 0.5:
            out[:, : cut // 4] = other[:, : cut // 4]
        else:
            out[:, -(cut // 4 + 1) :] = other[:, -(cut // 4 + 1) :]
    return out


def pattern(rng: np.random.Generator, base: np.ndarray, kinds: Sequence[str]) -> np.ndarray:
    """One of these patterns in that colour, float32 (SIDE, SIDE, 3)."""
    out = np.empty((SIDE, SIDE, 3), np.float32)
    out[:] = base
    kind = rng.choice(kinds)
    other = random_colour(rng)
    if kind == "stripes":
        on = _lines(rng, rng.uniform(4, 16), rng.choice([0, np.pi / 2, rng.uniform(0, 3)]), rng.uniform(0.2, 0.6))
        out += (other - base) * on[..., None]
    elif kind == "plaid":
        p, w = rng.uniform(5, 20), rng.uniform(0.2, 0.5)
        on = (_lines(rng, p, 0, w) + _lines(rng, p, np.pi / 2, w)) / 2
        out += (other - base) * on[..., None]
        if rng.random() < 0.5:
            out += (random_colour(rng) - base) * 0.5 * _lines(rng, p, 0, 0.1)[..., None]
    elif kind == "blobs":
        for _ in range(int(rng.integers(1, 4))):
            on = smooth_noise(rng, rng.uniform(3, 12)) > rng.uniform(0.3, 1.2)
            out[on] = random_colour(rng)
    elif kind == "dots":
        y, x = np.mgrid[:SIDE, :SIDE]
        p = rng.uniform(6, 14)
        on = np.hypot((x % p) - p / 2, (y % p) - p / 2) < p * rng.uniform(0.12, 0.35)
        out[on] = other
    elif kind == "planks":
        p, along = rng.uniform(14, 50), rng.random() < 0.5
        grain = cv2.resize(
            rng.normal(0, 1, (SIDE // 2, 6)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC
        )
        grain = grain if along else grain.T
        out *= 1 + 0.07 * grain[..., None]
        joint = _lines(rng, p, np.pi / 2 if along else 0, 1.2 / p)
        out *= 1 - rng.uniform(0.1, 0.4) * joint[..., None]
    elif kind == "tiles":
        p, angle = rng.uniform(30, 80), rng.choice([0.0, np.pi / 4, rng.uniform(0, 1.5)])
        joint = np.maximum(_lines(rng, p, angle, 1.5 / p), _lines(rng, p, angle + np.pi / 2, 1.5 / p))
        out *= 1 - rng.uniform(-0.2, 0.4) * joint[..., None]
    elif kind == "carpet":
        out += rng.normal(0, rng.uniform(8, 30), (SIDE, SIDE, 1))
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.2))
    elif kind == "denim":
        out[:] = np.array([60, 85, 130]) * rng.uniform(0.5, 1.7)
        out *= 1 + 0.15 * smooth_noise(rng, 25)[..., None]
    return out


def _lines(rng: np.random.Generator, period: float, angle: float, width: float) -> np.ndarray:
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    t = x * np.cos(angle) + y * np.sin(angle)
    return ((t / period + rng.random()) % 1.0 < width).astype(np.float32)
