"""A share of test items and how far it may be off, when items come in groups."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.evaluation.grouped_mean import grouped_mean
from pipeline.evaluation.interval import LEVEL, Interval


def grouped_share(values: Sequence[float], groups: Sequence[str], n_boot: int = 2000, seed: int = 0) -> Interval:
    """How far a share may be off: like a mean, but "all of them" and "none of them" are never certain.

    Where every item says the same, draws from them do too, and the bootstrap's interval has no width. There the exact
    binomial interval stands, with groups for items, since pictures of one group are no more than one witness.

    Args:
        values: 0 or 1 per item.
        groups: Group of each item.
        n_boot: Number of resamples.
        seed: Same seed, same interval.

    Source:
        Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of the binomial".
    """
    found = grouped_mean(values, groups, n_boot, seed)
    if found.low is None or found.mean not in (0.0, 1.0):
        return found
    least = ((1 - LEVEL) / 2) ** (1 / len(set(groups)))
    low, high = (least, 1.0) if found.mean == 1.0 else (0.0, 1 - least)
    return Interval(mean=found.mean, low=low, high=high, n=found.n)
