"""Tells moles from loose hair and from everything else on skin, by looking at the square around a candidate."""

from __future__ import annotations

import numpy as np

from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.model import Model

NAME = "mole_hair"
CLASSES = ("mole", "hair", "neither")
UNSURE = "unsure"
SIDE = 32  # px of the square that goes in
BATCH = 64  # squares at a time: more would not fit the processor's cache


def mole_hair(crops: np.ndarray, model: Model | None = None) -> np.ndarray:
    """How likely each candidate is a mole, a hair or neither; calibrated.

    Colours are taken relative to the crop's own mean, so that light skin and dark skin, warm light and cold, look
    alike.

    Args:
        crops: (N, 32, 32, 3) ``uint8``: what `pipeline.skin.crop_of` gives at size 32.
        model: Weights; the shipped ones if None.

    Returns:
        (N, 3) ``float32``, rows add up to 1, in the order of `CLASSES`.

    Raises:
        ModelError: The weights are missing, damaged or of another version.
    """
    model = model or load_model(NAME, WEIGHTS)
    if not len(crops):
        return np.zeros((0, len(CLASSES)), np.float32)
    logits = np.concatenate([mean_logits(crops[i : i + BATCH], model) for i in range(0, len(crops), BATCH)])
    slope, offset = model.array("calibration_slope", (1,)), model.array("calibration_offset", (len(CLASSES),))
    return calibrated(logits, slope, offset)


def answers(odds: np.ndarray, model: Model | None = None) -> list[str]:
    """What each candidate is called: one of `CLASSES`, or ``unsure`` where none is likely enough.

    Args:
        odds: What `mole_hair` gives.
        model: Weights; the shipped ones if None.
    """
    model = model or load_model(NAME, WEIGHTS)
    least = float(model.array("sure_from", (1,))[0])
    return [CLASSES[int(row.argmax())] if row.max() >= least else UNSURE for row in odds]


def calibrated(logits: np.ndarray, slope: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Probabilities from logits: one slope for all classes, one offset for each."""
    logits = logits * slope + offset
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return (odds / odds.sum(1, keepdims=True)).astype(np.float32)


def relative(crops: np.ndarray) -> np.ndarray:
    """Crops as the network sees them: (N, 32, 32, 3) ``float32``, each channel relative to its own mean."""
    light = crops.astype(np.float32) / 255.0
    mean = light.mean((1, 2), keepdims=True)
    return np.clip((light - mean) / (0.1 + 0.5 * mean), -3.0, 3.0)


def mean_logits(crops: np.ndarray, model: Model) -> np.ndarray:
    """What the members say of squares (N, 32, 32, 3) on average, before calibration."""
    values = relative(crops)
    members = sum(1 for name in model.arrays if name.endswith(".head_weight"))
    return np.mean([_logits(values, model, f"member{member}") for member in range(members)], axis=0)


def pooled(values: np.ndarray, model: Model, member: str) -> np.ndarray:
    """What a member's head sees of squares that are `relative` already: (N, channels), of the whole square at once."""
    layers = sum(1 for name in model.arrays if name.startswith(f"{member}.conv") and name.endswith("weight"))
    for layer in range(layers):
        weight, bias = model.array(f"{member}.conv{layer}_weight"), model.array(f"{member}.conv{layer}_bias")
        values = _convolve(values, weight, bias)
        if layer < layers - 1:
            n, h, w, c = values.shape
            values = values.reshape(n, h // 2, 2, w // 2, 2, c).max((2, 4))
    return np.concatenate([values.mean((1, 2)), values.max((1, 2))], 1)


def _logits(values: np.ndarray, model: Model, member: str) -> np.ndarray:
    return pooled(values, model, member) @ model.array(f"{member}.head_weight") + model.array(f"{member}.head_bias")


def _convolve(values: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """3 x 3 with zero padding, then the rectifier; ``weight`` is (9 * channels in, channels out)."""
    n, h, w, c = values.shape
    padded = np.zeros((n, h + 2, w + 2, c), np.float32)
    padded[:, 1:-1, 1:-1] = values
    windows = np.concatenate([padded[:, y : y + h, x : x + w] for y in range(3) for x in range(3)], axis=3)
    out = windows.reshape(-1, 9 * c) @ weight + bias
    return np.maximum(out, 0.0, out=out).reshape(n, h, w, -1)
