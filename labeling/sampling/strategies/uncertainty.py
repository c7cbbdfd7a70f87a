"""What the model is least sure of, over all classes.

Source: Lewis & Gale (1994), A sequential algorithm for training text classifiers, SIGIR, 3-12; here by entropy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeling.sampling.pool import Pool
from labeling.sampling.strategy import Strategy

if TYPE_CHECKING:
    import numpy as np


def pick(pool: Pool, budget: int, rng: np.random.Generator) -> list[int]:
    """Highest entropy first."""
    import numpy as np

    odds = np.clip(pool.odds, 1e-9, 1.0)
    entropy = -(odds * np.log(odds)).sum(axis=1)
    return [int(place) for place in np.argsort(-entropy, kind="stable")[:budget]]


STRATEGY = Strategy(about="what the model is least sure of", needs=frozenset({"odds"}), pick=pick)
