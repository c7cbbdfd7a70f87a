"""What a strategy is: one value at the end of its file in ``strategies``; the folder listing is the registry."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labeling.sampling import strategies
from labeling.sampling.pool import Pool
from workbench.domain.errors import UsageError, nearest_match

if TYPE_CHECKING:
    import numpy as np

Pick = Callable[[Pool, int, "np.random.Generator"], list[int]]  # pool, budget, chance -> places, most wanted first


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """One way to choose. ``about`` says in a sentence what it looks for, ``needs`` what must be known of the pool."""

    about: str
    needs: frozenset[str]
    pick: Pick


@functools.cache
def strategy_names() -> tuple[str, ...]:
    """Every strategy there is."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(strategies.__path__)))


def find_strategy(name: str) -> Strategy:
    """A strategy by its name.

    Raises:
        UsageError: None of that name.
    """
    names = strategy_names()
    if name not in names:
        raise UsageError(f"no strategy {name!r}", allowed=names, nearest=nearest_match(name, names))
    return importlib.import_module(f"labeling.sampling.strategies.{name}").STRATEGY
