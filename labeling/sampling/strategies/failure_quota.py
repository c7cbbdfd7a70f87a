"""More of the categories in which results fail, fewer of those that go well; within a category by lot."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from labeling.sampling.pool import Pool
from labeling.sampling.strategy import Strategy

if TYPE_CHECKING:
    import numpy as np

UNKNOWN = 0.5  # the rate of a category nobody has a result of: worth finding out


def pick(pool: Pool, budget: int, rng: np.random.Generator) -> list[int]:
    """A quota a category, by how many of its items would fail; what a small category cannot give goes to the others."""
    waiting = {name: [] for name in sorted(set(pool.categories))}
    for place in rng.permutation(len(pool)):
        waiting[pool.categories[place]].append(int(place))
    sizes = Counter(pool.categories)
    due = {name: sizes[name] * max(pool.failures.get(name, UNKNOWN), 1e-3) for name in waiting}
    total = sum(due.values())
    quota = {name: budget * share / total for name, share in due.items()}
    taken: Counter[str] = Counter()
    chosen: list[int] = []
    while len(chosen) < min(budget, len(pool)):
        name = max((name for name in waiting if waiting[name]), key=lambda name: (quota[name] - taken[name], name))
        chosen.append(waiting[name].pop())
        taken[name] += 1
    return chosen


STRATEGY = Strategy(
    about="more of the categories in which results fail", needs=frozenset({"categories"}), pick=pick
)  # fmt: skip
