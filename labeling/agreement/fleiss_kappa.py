"""Fleiss' kappa: agreement beyond chance where every item has the same number of ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeling.agreement.estimate import DRAWS, Estimate, estimate_by_items
from labeling.agreement.ratings import Ratings
from workbench.domain.errors import LabelingError

if TYPE_CHECKING:
    import numpy as np


def fleiss_kappa(ratings: Ratings, *, seed: int = 0, draws: int = DRAWS) -> Estimate:
    """Kappa with a bootstrap interval by item.

    Raises:
        LabelingError: Items have different numbers of ratings; choose with `Ratings.with_raters`.

    Source: Fleiss (1971), Measuring nominal scale agreement among many raters, Psychological Bulletin 76, 378-382.
    """
    import numpy as np

    counts = ratings.counts
    raters = sorted({int(number) for number in counts.sum(axis=1)})
    if len(raters) > 1 or (raters and raters[0] < 2):
        raise LabelingError(f"items with {', '.join(map(str, raters))} ratings", allowed="one number of two or more")
    number = raters[0] if raters else 2
    agreed = (counts * (counts - 1)).sum(axis=1) / (number * (number - 1))

    def measure(weights: np.ndarray) -> np.ndarray:
        share = weights @ counts / (weights.sum(axis=1, keepdims=True) * number)
        chance = (share**2).sum(axis=1)
        seen = weights @ agreed / weights.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(chance < 1, (seen - chance) / (1 - chance), np.nan)

    return estimate_by_items(counts, measure, seed=seed, draws=draws)
