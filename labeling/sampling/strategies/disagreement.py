"""Where engines contradict each other: each may be sure, and one of them is wrong.

Source: McCallum & Nigam (1998), Employing EM and pool-based active learning for text classification, ICML, 350-358
(mean Kullback-Leibler distance of the members from their mean).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeling.sampling.pool import Pool
from labeling.sampling.strategy import Strategy

if TYPE_CHECKING:
    import numpy as np


def pick(pool: Pool, budget: int, rng: np.random.Generator) -> list[int]:
    """Furthest apart first."""
    import numpy as np

    votes = np.clip(pool.votes, 1e-9, 1.0)
    mean = votes.mean(axis=0, keepdims=True)
    apart = (votes * np.log(votes / mean)).sum(axis=2).mean(axis=0)
    return [int(place) for place in np.argsort(-apart, kind="stable")[:budget]]


STRATEGY = Strategy(about="where engines contradict each other", needs=frozenset({"votes"}), pick=pick)
