"""The interval around any figure when rows come in groups: photos of one sender, takes of one item."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

REPEATS = 1000


def grouped_interval(
    measure: Callable[[np.ndarray], float | None], groups: np.ndarray, seed: int = 0
) -> tuple[float | None, float | None, float | None]:
    """A figure and its 95% interval, whole groups drawn again.

    Args:
        measure: From weights of the results, float (n,), to the figure.
        groups: Of each result.
        seed: Same seed, same interval.
    """
    names, place = np.unique(groups, return_inverse=True)
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=REPEATS)
    found = [value for row in drawn if (value := measure(row[place].astype(float))) is not None]
    value = measure(np.ones(len(groups)))
    if value is None or len(found) < 0.9 * REPEATS:
        return value, None, None
    low, high = np.quantile(found, [0.025, 0.975])
    return value, float(low), float(high)
