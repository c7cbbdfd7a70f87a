"""What can be labelled next, and what is known of it without a label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.domain.errors import LabelingError

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """Items without a label. What is not known is None; a strategy that needs it says so."""

    keys: tuple[str, ...]
    odds: np.ndarray | None = None  # (N, classes), calibrated as well as may be
    votes: np.ndarray | None = None  # (engines, N, classes), what each engine says
    embedding: np.ndarray | None = None  # (N, dimensions): like lies by like
    labelled: np.ndarray | None = None  # (M, dimensions): where what has a label lies
    categories: tuple[str, ...] | None = None
    failures: Mapping[str, float] = field(default_factory=dict)  # category -> share of its results that failed

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, which: Sequence[int]) -> Pool:
        """Some of the items."""
        import numpy as np

        places = np.asarray(which, int)
        return Pool(
            keys=tuple(self.keys[place] for place in places),
            odds=None if self.odds is None else self.odds[places],
            votes=None if self.votes is None else self.votes[:, places],
            embedding=None if self.embedding is None else self.embedding[places],
            labelled=self.labelled,
            categories=None if self.categories is None else tuple(self.categories[place] for place in places),
            failures=self.failures,
        )

    def known(self) -> frozenset[str]:
        """Names of what is known."""
        return frozenset(
            name for name in ("odds", "votes", "embedding", "categories") if getattr(self, name) is not None
        )

    def check(self) -> None:
        """Hold the parts against each other.

        Raises:
            LabelingError: They are not about the same items.
        """
        sizes = {
            "odds": None if self.odds is None else len(self.odds),
            "votes": None if self.votes is None else self.votes.shape[1],
            "embedding": None if self.embedding is None else len(self.embedding),
            "categories": None if self.categories is None else len(self.categories),
        }
        wrong = {name: size for name, size in sizes.items() if size not in (None, len(self))}
        if wrong:
            raise LabelingError(f"{wrong} for {len(self)} items", where="pool", allowed="one row an item")
