"""Who says what where another says something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def confusion(first: Mapping[str, str], second: Mapping[str, str], values: Sequence[str]) -> np.ndarray:
    """How often the first labeler gave the row's value where the second gave the column's: (values, values).

    Args:
        first: Item -> value, of one labeler, or of the consensus.
        second: Of the other; only items both have answered count.
        values: Every value there is, in the order of rows and columns.
    """
    import numpy as np

    column = {value: place for place, value in enumerate(values)}
    table = np.zeros((len(values), len(values)), dtype=int)
    for item in first.keys() & second.keys():
        table[column[first[item]], column[second[item]]] += 1
    return table
