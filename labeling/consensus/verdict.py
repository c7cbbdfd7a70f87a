"""What labelers of one item say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DISPUTED_BELOW = 0.9  # a posterior under this goes to the review queue; one in ten such items would be wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Consensus:
    """The answer to one item, None for a tie, with how sure it is for each value; adds up to 1."""

    item_key: str
    value: str | None
    posterior: Mapping[str, float]
    labelers: int

    @property
    def disputed(self) -> bool:
        """Whether a lead should look at it."""
        return self.value is None or self.posterior[self.value] < DISPUTED_BELOW
