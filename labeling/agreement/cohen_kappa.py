"""Cohen's kappa: how far two labelers agree beyond chance, on what both have answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from labeling.agreement.estimate import DRAWS, Estimate, estimate_by_items

if TYPE_CHECKING:
    import numpy as np


def cohen_kappa(
    first: Mapping[str, str], second: Mapping[str, str], values: Sequence[str], *, seed: int = 0, draws: int = DRAWS
) -> Estimate:
    """Kappa with a bootstrap interval by item.

    Args:
        first: Item -> value, of one labeler.
        second: Of the other.
        values: Every value there is.
        seed: Of the bootstrap.
        draws: Of the bootstrap.

    Source: Cohen (1960), A coefficient of agreement for nominal scales, Educ. Psychol. Meas. 20, 37-46.
    """
    import numpy as np

    column = {value: place for place, value in enumerate(values)}
    both = sorted(first.keys() & second.keys())
    size = len(values)
    cells = np.zeros((len(both), size * size))
    for row, item in enumerate(both):
        cells[row, column[first[item]] * size + column[second[item]]] = 1

    def measure(weights: np.ndarray) -> np.ndarray:
        table = (weights @ cells).reshape(-1, size, size)
        total = table.sum(axis=(1, 2))
        seen = np.trace(table, axis1=1, axis2=2) / total
        chance = (table.sum(axis=1) * table.sum(axis=2)).sum(axis=1) / total**2
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(chance < 1, (seen - chance) / (1 - chance), np.nan)

    return estimate_by_items(cells, measure, seed=seed, draws=draws)
