"""By lot: what every estimate rests on, and what the others must beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeling.sampling.pool import Pool
from labeling.sampling.strategy import Strategy

if TYPE_CHECKING:
    import numpy as np


def pick(pool: Pool, budget: int, rng: np.random.Generator) -> list[int]:
    """Each item with the same chance."""
    return [int(place) for place in rng.permutation(len(pool))[:budget]]


STRATEGY = Strategy(about="by lot", needs=frozenset(), pick=pick)
