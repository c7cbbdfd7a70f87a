"""Does a stated probability come true, and how far off would a perfect one of this size seem?"""

from __future__ import annotations

import numpy as np

PERFECT = 500  # draws of what a perfectly calibrated risk of the same size would show
BINS = 10  # of equal count


def calibration_error(risk: np.ndarray, failed: np.ndarray) -> float:
    """Mean distance of risk and rate of failure over bins of equal count."""
    parts = [part for part in np.array_split(np.argsort(risk, kind="stable"), BINS) if len(part)]
    return float(sum(len(part) * abs(risk[part].mean() - failed[part].mean()) for part in parts) / len(risk))


def noise_floor(risk: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """Calibration error of a perfectly calibrated risk with these values: its mean and its 95th percentile."""
    rng = np.random.default_rng(seed)
    found = [calibration_error(risk, rng.random(len(risk)) < risk) for _ in range(PERFECT)]
    return float(np.mean(found)), float(np.quantile(found, 0.95))
