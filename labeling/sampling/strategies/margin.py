"""Where two classes are almost equally likely: the cases next to a boundary.

Source: Scheffer, Decomain & Wrobel (2001), Active hidden Markov models for information extraction, IDA, 309-318.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeling.sampling.pool import Pool
from labeling.sampling.strategy import Strategy

if TYPE_CHECKING:
    import numpy as np


def pick(pool: Pool, budget: int, rng: np.random.Generator) -> list[int]:
    """Smallest distance between the two likeliest classes first."""
    import numpy as np

    ordered = np.sort(pool.odds, axis=1)
    margin = ordered[:, -1] - ordered[:, -2]
    return [int(place) for place in np.argsort(margin, kind="stable")[:budget]]


STRATEGY = Strategy(about="where two classes are almost equally likely", needs=frozenset({"odds"}), pick=pick)
