"""Ratings laid out for counting: how many labelers gave each item each value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.domain.errors import LabelingError, nearest_match

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """``counts`` is (items, values); who rated is not known here, so unidentified raters will do.

    ``values`` are in their order, which matters to ordinal measures only.
    """

    counts: np.ndarray
    values: tuple[str, ...]

    @property
    def paired(self) -> Ratings:
        """Only items with at least two ratings: one alone says nothing about agreement."""
        return Ratings(counts=self.counts[self.counts.sum(axis=1) >= 2], values=self.values)

    def with_raters(self, number: int) -> Ratings:
        """Only items that exactly so many people rated."""
        return Ratings(counts=self.counts[self.counts.sum(axis=1) == number], values=self.values)


def count_ratings(pairs: Iterable[tuple[str, str]], values: Sequence[str]) -> Ratings:
    """Count (item, value) pairs, a pair a rating.

    Raises:
        LabelingError: A value that is not among ``values``.
    """
    import numpy as np

    column = {value: place for place, value in enumerate(values)}
    row: dict[str, int] = {}
    cells: list[tuple[int, int]] = []
    for item, value in pairs:
        if value not in column:
            raise LabelingError(
                f"a rating {value!r}", where=str(item), allowed=values, nearest=nearest_match(value, values)
            )
        cells.append((row.setdefault(item, len(row)), column[value]))
    counts = np.zeros((len(row), len(column)))
    for place in cells:
        counts[place] += 1
    return Ratings(counts=counts, values=tuple(values))
