"""The same crop seen otherwise: turned, nearer, in other light, and sometimes with a drawn hair over it."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.models.mole_hair import CLASSES, SIDE
from pipeline.training.mole_hair_parts.labelled import SQUARE, STORED

HAIR, NEITHER, MOLE = CLASSES.index("hair"), CLASSES.index("neither"), CLASSES.index("mole")
DRAWN_HAIR = 0.3  # share of skin crops that get a drawn hair through the middle, and so become hair
STRAY_HAIR = 0.15  # share of moles that get one across; they stay moles


def varied(crop: np.ndarray, label: int, rng: np.random.Generator, *, drawn: bool) -> tuple[np.ndarray, int]:
    """One training example made from a stored crop.

    Args:
        crop: (96, 96, 3) ``uint8``.
        label: Index into `CLASSES`.
        rng: Source of chance.
        drawn: Whether hairs may be drawn.

    Returns:
        (32, 32, 3) ``uint8`` and its label.
    """
    zoom = SQUARE / SIDE * np.exp(rng.normal(0.0, 0.12))
    angle = rng.uniform(0.0, 2 * np.pi)
    flip = rng.choice((-1.0, 1.0))
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag((flip, 1.0))
    middle = (STORED - 1) / 2 + rng.normal(0.0, 2.0, 2)
    offset = middle - turn @ np.full(2, (SIDE - 1) / 2)
    blurred = cv2.GaussianBlur(crop, (0, 0), 0.45 * zoom)  # what the reduction would average
    out = cv2.warpAffine(
        blurred, np.column_stack([turn, offset]), (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)  # fmt: skip
    if drawn and label == NEITHER and rng.random() < DRAWN_HAIR:
        out, label = _with_hair(out, rng, through=True), HAIR
    elif drawn and label == MOLE and rng.random() < STRAY_HAIR:
        out = _with_hair(out, rng, through=False)
    out = out * np.exp(rng.normal(0.0, 0.15)) * np.exp(rng.normal(0.0, 0.05, 3))
    mean = out.mean((0, 1))
    out = mean + (out - mean) * np.exp(rng.normal(0.0, 0.15))
    if rng.random() < 0.3:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.0))
    out = out + rng.normal(0.0, rng.uniform(0.0, 4.0), out.shape)
    return np.clip(out, 0, 255).astype(np.uint8), label


def _with_hair(crop: np.ndarray, rng: np.random.Generator, *, through: bool) -> np.ndarray:
    """A bent dark line with soft sides, drawn four times finer and reduced."""
    fine = 4
    size = SIDE * fine
    angle, bend = rng.uniform(0, 2 * np.pi), rng.normal(0.0, 0.25)
    off = rng.normal(0.0, 0.04 if through else 0.2) * size
    along = np.linspace(-0.75, 0.75 if rng.random() < 0.8 else rng.uniform(0.0, 0.6), 40) * size
    across = off + bend * along**2 / size
    x = size / 2 + along * np.cos(angle) - across * np.sin(angle)
    y = size / 2 + along * np.sin(angle) + across * np.cos(angle)
    line = np.zeros((size, size), np.float32)
    width = max(1, round(fine * rng.uniform(0.8, 3.5)))
    points = np.stack([x, y], 1).round().astype(np.int32)
    cv2.polylines(line, [points], False, 1.0, width, cv2.LINE_AA)
    cover = cv2.resize(line, (SIDE, SIDE), interpolation=cv2.INTER_AREA)[..., None] * rng.uniform(0.25, 0.95)
    colour = crop.mean((0, 1)) * rng.uniform(0.15, 0.6) * np.exp(rng.normal(0.0, 0.1, 3))
    return crop * (1 - cover) + colour * cover
