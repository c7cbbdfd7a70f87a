"""The runs that are going on, or went silent, on whatever machine: found through the lake, not by holding a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from workbench.domain.errors import UsageError, nearest_match
from workbench.jobs.run_pulse import KIND, process_gone
from workbench.lake.desk import Desk, Wish
from workbench.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRun:
    """A run that was begun and has not ended in the lake; ``state`` is what it last told (`Progress.told`)."""

    run_id: str
    started_at: datetime
    heard_at: datetime
    silent_s: float
    alive: bool
    wish: Wish
    wished_by: str | None
    state: Mapping[str, Any]

    @property
    def stage(self) -> Literal["starting", "running", "pausing", "paused", "stopping", "full", "died"]:
        """Where it stands, in one word."""
        if not self.alive:
            return "full" if "disk is full" in (self.state.get("problem") or "") else "died"
        if self.wish == "cancel":
            return "stopping"
        if self.wish == "pause":
            return "paused" if self.state.get("paused") else "pausing"
        return "running" if self.state.get("images") else "starting"


def live_runs(settings: Settings) -> list[LiveRun]:
    """Every run with a pulse, the newest first, those that died too; looking makes nothing."""
    if settings.catalogue_is_local and not Path(settings.catalogue + ".desk").exists():
        return []
    return [
        LiveRun(
            run_id=pulse.key,
            started_at=datetime.fromtimestamp(pulse.started_at, UTC),
            heard_at=datetime.fromtimestamp(pulse.beat_at, UTC),
            silent_s=pulse.silent_s,
            alive=pulse.alive and not pulse.state.get("ended") and not _gone(pulse.state),
            wish=pulse.wish,
            wished_by=pulse.wished_by,
            state=pulse.state,
        )
        for pulse in Desk(settings).pulses(kind=KIND)
    ]


def wish_run(run_id: str, wish: Wish, *, by: str, settings: Settings) -> LiveRun:
    """Ask a run that is going on to pause, to go on or to stop; it hears it within a second or two.

    Args:
        run_id: The run, or the first letters of its name.
        wish: What is wanted.
        by: Who wants it.
        settings: Workspace.

    Raises:
        UsageError: No such run is going on.
    """
    alive = [run for run in live_runs(settings) if run.alive]
    named = [run for run in alive if run.run_id == run_id] or [run for run in alive if run.run_id.startswith(run_id)]
    if len(named) != 1:
        names = [run.run_id for run in alive]
        found = f"no run {run_id!r} is going on" if not named else f"{run_id!r} begins the name of {len(named)} runs"
        raise UsageError(found, allowed=names or "a run that is going on", nearest=nearest_match(run_id, names))
    Desk(settings).wish(named[0].run_id, wish, by=by)
    return named[0]


def dismiss_run(run_id: str, settings: Settings) -> None:
    """Stop showing a run that died; what it made stays, and the same run can still be taken up again."""
    if not any(run.run_id == run_id and run.alive for run in live_runs(settings)):
        Desk(settings).end(run_id)


def _gone(state: Mapping[str, Any]) -> bool:
    return "pid" in state and process_gone(state["host"], state["pid"])
