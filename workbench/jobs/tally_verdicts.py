"""Counts what a person has judged in a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.lake.lake import Lake


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Verdicts that stand; ``median_active_seconds`` is None while none was timed."""

    images: int
    approved: int
    rework: int
    rejected: int
    median_active_seconds: float | None
    active_seconds: float | None
    last_review_id: str | None  # what undo would take back


def tally_verdicts(store: Lake, person_id: str, since: datetime, *, include_simulated: bool = True) -> Tally:
    """A person's own verdicts from a time on (with its zone); those taken back are left out."""
    asked = {"person_id": person_id, "since": since, "include_simulated": include_simulated}
    return Tally(**store.query("app_tally", asked).row(0, named=True))
