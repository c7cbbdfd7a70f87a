"""The interval around a mean over images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

LEVEL = 0.95  # the customary confidence level


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean with its 95% interval; ``low`` and ``high`` are None with a ``reason`` when there is none."""

    mean: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None = None


def bootstrap_interval(values: Sequence[float], n_boot: int = 2000, seed: int = 0) -> Interval:
    """How far the mean over these images may be off: a 95% percentile bootstrap over images.

    Args:
        values: One value per image.
        n_boot: Number of resamples.
        seed: Same seed, same interval.

    Raises:
        ValueError: A value is not finite: leave images without a value out, do not count them.

    Source:
        Efron and Tibshirani 1993, "An introduction to the bootstrap".
    """
    data = np.asarray(values, dtype=np.float64)
    if not np.isfinite(data).all():
        raise ValueError("values must be finite")
    if data.size == 0:
        return Interval(mean=None, low=None, high=None, n=0, reason="no images")
    mean = float(data.mean())
    if data.size == 1:
        return Interval(mean=mean, low=None, high=None, n=1, reason="one image has no spread")
    result = stats.bootstrap(
        (data,),
        np.mean,
        n_resamples=n_boot,
        confidence_level=LEVEL,
        method="percentile",
        random_state=np.random.default_rng(seed),
    )
    bounds = result.confidence_interval
    return Interval(mean=mean, low=float(bounds.low), high=float(bounds.high), n=int(data.size))
