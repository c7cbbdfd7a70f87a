"""Krippendorff's alpha: 1 is agreement, 0 is chance; any number of labelers, answers may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from labeling.agreement.estimate import DRAWS, Estimate, estimate_by_items
from labeling.agreement.ratings import Ratings

if TYPE_CHECKING:
    import numpy as np

Level = Literal["nominal", "ordinal"]


def krippendorff_alpha(ratings: Ratings, *, level: Level = "nominal", seed: int = 0, draws: int = DRAWS) -> Estimate:
    """Alpha over items with at least two ratings, with a bootstrap interval by item.

    Args:
        ratings: Counts; for ``ordinal`` the order of ``values`` is their order.
        level: nominal: any two different values differ alike. ordinal: by how many ratings lie between them.
        seed: Of the bootstrap.
        draws: Of the bootstrap.

    Source: Krippendorff (2011), Computing Krippendorff's alpha-reliability, University of Pennsylvania.
    """
    import numpy as np

    counts = ratings.paired.counts
    size = counts.shape[1]
    given = counts.sum(axis=1, keepdims=True)
    # pairs of values within an item, each item weighing as many ratings as it has
    pairs = counts[:, :, None] * counts[:, None, :] - np.eye(size) * counts[:, :, None]
    pairs = (pairs / (given[:, :, None] - 1)).reshape(len(counts), -1) if len(counts) else pairs.reshape(0, size**2)

    def measure(weights: np.ndarray) -> np.ndarray:
        return np.array([_alpha(table, level) for table in (weights @ pairs).reshape(-1, size, size)])

    return estimate_by_items(counts, measure, seed=seed, draws=draws)


def _alpha(observed: np.ndarray, level: Level) -> float:
    import numpy as np

    of_value = observed.sum(axis=1)
    total = of_value.sum()
    apart = _distance(of_value, level)
    expected = (np.outer(of_value, of_value) * apart).sum()  # a value against itself is at no distance
    return 1 - (total - 1) * (observed * apart).sum() / expected if expected > 0 else float("nan")


def _distance(of_value: np.ndarray, level: Level) -> np.ndarray:
    import numpy as np

    if level == "nominal":
        return 1 - np.eye(len(of_value))
    below = np.cumsum(of_value) - of_value / 2  # the middle rank of each value
    return (below[:, None] - below[None, :]) ** 2
