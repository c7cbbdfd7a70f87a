"""What lies furthest from everything that has a label, and from each other.

Source: Sener & Savarese (2018), Active learning for convolutional neural networks: a core-set approach, ICLR (the
greedy k-centre of section 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeling.sampling.pool import Pool
from labeling.sampling.strategy import Strategy

if TYPE_CHECKING:
    import numpy as np

_CHUNK = 256  # labelled rows compared at a time


def pick(pool: Pool, budget: int, rng: np.random.Generator) -> list[int]:
    """Greedy: again and again the item furthest from all that was taken; columns weigh alike."""
    import numpy as np

    middle, spread = pool.embedding.mean(axis=0), pool.embedding.std(axis=0)
    scale = np.where(spread > 1e-9, spread, 1.0)
    rows = ((pool.embedding - middle) / scale).astype(np.float32)
    if pool.labelled is not None and len(pool.labelled):
        apart = _nearest(rows, ((pool.labelled - middle) / scale).astype(np.float32))
        first = int(apart.argmax())
    else:
        apart, first = np.full(len(rows), np.inf, np.float32), int(rng.integers(len(rows)))
    chosen: list[int] = []
    place = first
    for _ in range(min(budget, len(rows))):
        chosen.append(place)
        apart = np.minimum(apart, np.square(rows - rows[place]).sum(axis=1))
        apart[chosen] = -1.0
        place = int(apart.argmax())
    return chosen


def _nearest(rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    import numpy as np

    best = np.full(len(rows), np.inf, np.float32)
    for start in range(0, len(known), _CHUNK):
        part = known[start : start + _CHUNK]
        apart = np.square(rows).sum(1)[:, None] - 2 * rows @ part.T + np.square(part).sum(1)[None]
        best = np.minimum(best, apart.min(axis=1))
    return best


STRATEGY = Strategy(
    about="what looks least like anything that has a label", needs=frozenset({"embedding"}), pick=pick
)  # fmt: skip
