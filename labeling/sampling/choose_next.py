"""Choose what to label next: a share by lot, for honest estimates, and the rest by one strategy or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labeling.sampling.pool import Pool
from labeling.sampling.strategy import find_strategy, strategy_names
from workbench.domain.errors import UsageError

RANDOM = "random"  # the name of the strategy that draws by lot
RANDOM_SHARE = 0.2  # of every batch; on these alone may be estimated how good a model or a labeler is


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An item that was chosen and by what; ``place`` is its place in the pool."""

    place: int
    strategy: str


def usable_strategies(pool: Pool) -> list[str]:
    """Strategies that need no more than is known of these items."""
    return [name for name in strategy_names() if find_strategy(name).needs <= pool.known()]


def choose_next(
    pool: Pool, strategies: Sequence[str], budget: int, *, random_share: float = RANDOM_SHARE, seed: int = 0
) -> list[Choice]:
    """The next ``budget`` items, or all there are.

    The share by lot is drawn first and from everything, so that it stays a fair sample of the pool.

    Args:
        pool: What may be chosen.
        strategies: Names; several take turns.
        budget: How many.
        random_share: Of the batch, drawn by lot whatever the strategies.
        seed: Same seed, same choice.

    Raises:
        UsageError: An unknown strategy, or one that needs what is not known of the pool.
    """
    import numpy as np

    pool.check()
    wanted = {name: find_strategy(name) for name in dict.fromkeys(strategies)}
    for name, strategy in wanted.items():
        if missing := strategy.needs - pool.known():
            usable = [other for other in usable_strategies(pool) if other != name]
            raise UsageError(
                f"{name} needs {', '.join(sorted(missing))}, which is not known of these items", allowed=usable
            )
    rng = np.random.default_rng(seed)
    budget = min(budget, len(pool))
    lot = find_strategy(RANDOM).pick(pool, min(budget, int(np.ceil(budget * random_share))), rng)
    chosen = [Choice(place=place, strategy=RANDOM) for place in lot]
    by_turns = [name for name in wanted if name != RANDOM] or [RANDOM]
    for number, name in enumerate(by_turns):
        taken = {choice.place for choice in chosen}
        left = [place for place in range(len(pool)) if place not in taken]
        share = (budget - len(chosen)) // (len(by_turns) - number)
        for place in find_strategy(name).pick(pool.take(left), share, rng):
            chosen.append(Choice(place=left[place], strategy=name))
    return chosen
