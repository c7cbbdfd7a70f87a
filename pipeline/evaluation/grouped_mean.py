"""The mean over test items and how far it may be off, when items come in groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.evaluation.interval import LEVEL, Interval


def grouped_mean(values: Sequence[float], groups: Sequence[str], n_boot: int = 2000, seed: int = 0) -> Interval:
    """How far the mean may be off when whole groups (an SKU, a photo, a render) are drawn again, not their pictures.

    Args:
        values: One finite value per item.
        groups: Group of each item.
        n_boot: Number of resamples.
        seed: Same seed, same interval.

    Source:
        Davison and Hinkley 1997, "Bootstrap methods and their application", ch. 3.8 (hierarchical data).
    """
    data = np.asarray(values, dtype=np.float64)
    if data.size == 0:
        return Interval(mean=None, low=None, high=None, n=0, reason="no images")
    names, place = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    mean = float(data.mean())
    if len(names) == 1:
        return Interval(mean=mean, low=None, high=None, n=int(data.size), reason="one group has no spread")
    sums, sizes = np.bincount(place, data), np.bincount(place).astype(float)
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=n_boot)
    low, high = np.quantile((drawn @ sums) / (drawn @ sizes), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(mean=mean, low=float(low), high=float(high), n=int(data.size))
