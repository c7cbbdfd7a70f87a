"""A measure of agreement with its interval, by drawing items anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

DRAWS = 2000  # the ends of a 95% interval then move by about 0.1 of its half width from seed to seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with its 95% interval; None where it is not defined, with the reason."""

    value: float | None
    low: float | None
    high: float | None
    items: int
    ratings: int
    reason: str | None = None


def estimate_by_items(
    counts: np.ndarray, measure: Callable[[np.ndarray], np.ndarray], *, seed: int = 0, draws: int = DRAWS
) -> Estimate:
    """Bootstrap over items: labelers' answers to one item stay together.

    Args:
        counts: (items, values).
        measure: Called with weights (draws, items), how often each item is in each draw; one value a draw, NaN where
            it is not defined.
        seed: Same seed, same interval.
        draws: How many.
    """
    import numpy as np

    items, ratings = len(counts), int(counts.sum())
    if items == 0:
        return Estimate(value=None, low=None, high=None, items=0, ratings=0, reason="no item with enough ratings")
    value = float(measure(np.ones((1, items)))[0])
    if not np.isfinite(value):
        reason = "everybody gave everything the same value: chance alone would agree as well"
        return Estimate(value=None, low=None, high=None, items=items, ratings=ratings, reason=reason)
    rng = np.random.default_rng(seed)
    drawn = measure(rng.multinomial(items, np.full(items, 1 / items), size=draws).astype(float))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Estimate(value=value, low=float(low), high=float(high), items=items, ratings=ratings)
