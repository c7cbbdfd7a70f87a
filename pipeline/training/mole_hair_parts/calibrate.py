"""Turns what the members say into probabilities that hold, from photos that each member never saw."""

from __future__ import annotations

import numpy as np

from pipeline.models.mole_hair import CLASSES, calibrated

RIGHT = 0.95  # share of the answers given that shall be right
LEAST_SURE, MOST_SURE = 0.4, 0.95  # where the limit of being sure may lie
PENALTY = 0.02  # of slopes and offsets far from doing nothing


def calibrate(logits: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Slope and offsets of least log loss, and the probability from which an answer is given.

    Args:
        logits: (N, 3), each row by a member that did not learn from its photo.
        labels: Index into `CLASSES`.
    """
    from scipy.optimize import minimize

    def loss(values: np.ndarray) -> float:
        odds = calibrated(logits, np.exp(values[:1]), values[1:])
        return float(-np.log(np.maximum(odds[np.arange(len(labels)), labels], 1e-7)).mean() + PENALTY * values @ values)

    found = minimize(loss, np.zeros(1 + len(CLASSES)), method="Nelder-Mead", options={"maxiter": 4000, "fatol": 1e-7}).x
    slope, offset = np.exp(found[:1]).astype(np.float32), found[1:].astype(np.float32)
    return {
        "calibration_slope": slope, "calibration_offset": offset,
        "sure_from": np.float32([_sure_from(calibrated(logits, slope, offset), labels)]),
    }  # fmt: skip


def _sure_from(odds: np.ndarray, labels: np.ndarray) -> float:
    """The lowest limit at which enough of the answers above it are right."""
    best, right = odds.max(1), odds.argmax(1) == labels
    for limit in np.arange(LEAST_SURE, MOST_SURE, 0.01):
        if right[best >= limit].mean() >= RIGHT:
            return float(limit)
    return MOST_SURE
