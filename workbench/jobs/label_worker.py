"""The process behind a labeling job: does it, writes how far it is, and how it ended. Started by `label_job`."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.domain.errors import WorkbenchError
from workbench.jobs.label_job import LabelJob, keep, read_job
from workbench.settings import Settings, load

EVERY_S = 0.5  # how often it is written how far it is


class Cancelled(BaseException):
    """Somebody asked for the end; not an Exception, which libraries catch on their way."""


class _Teller:
    """Writes how far a job is, at most so often; hears of a wish to end."""

    def __init__(self, file: Path, job: LabelJob) -> None:
        self.file, self.job, self.last = file, job, 0.0
        self.stopped = False

    def stop(self, *_: object) -> None:
        self.stopped = True
        raise Cancelled

    def say(self, words: str) -> None:
        self._go_on()
        self.tell(words=words)

    def count(self, done: int, total: int | None, words: str) -> None:
        self._go_on()
        if time.monotonic() - self.last >= EVERY_S:
            self.tell(done=done, total=total, words=words)

    def tell(self, **changes: Any) -> None:
        self.job = replace(self.job, **changes)
        keep(self.file, self.job)
        self.last = time.monotonic()

    def _go_on(self) -> None:
        if self.stopped:  # what was raised amid a destructor or a callback went nowhere
            raise Cancelled


def main(file: Path) -> int:
    """Do the job that stands in a file; the exit code."""
    teller = _Teller(file, replace(read_job(file), pid=os.getpid()))
    try:
        signal.signal(signal.SIGTERM, teller.stop)  # before anybody knows whom to ask
        teller.tell()
        words = _JOBS[teller.job.kind](teller, load())
        ended: dict[str, Any] = {"outcome": "done", "words": words}
    except (Cancelled, Exception) as error:
        if teller.stopped:  # also what others make of it: DuckDB says that its query was interrupted
            ended = {"outcome": "cancelled", "words": "stopped; the same again goes on where it was"}
        elif isinstance(error, WorkbenchError):
            ended = {"outcome": "failed", "words": str(error)}
        else:
            raise
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it has ended: a wish that comes now changes nothing
    teller.tell(**ended, ended_at=datetime.now(UTC).isoformat(timespec="seconds"))
    return 0 if ended["outcome"] == "done" else 1


def _serve(teller: _Teller, settings: Settings) -> str:
    from workbench.jobs.label_server import serve_labels

    return f"Label Studio runs at {serve_labels(settings, say=teller.say).url}"


def _pull(teller: _Teller, settings: Settings) -> str:
    from workbench.domain.errors import UsageError
    from workbench.jobs.label_consensus import label_consensus
    from workbench.jobs.pull_labels import pull_labels

    project = teller.job.project
    done = pull_labels(
        project, settings, say=teller.say,
        on_progress=lambda pulled: teller.count(pulled.annotations, None, f"{pulled.annotations:,} answers so far"),
    )  # fmt: skip
    new = sum(one.annotations for one in done.values())
    try:
        disputed = int(label_consensus(project, settings)["disputed"].sum())
    except UsageError:  # nobody has answered anything yet
        return f"{new:,} answers new or changed"
    return f"{new:,} answers new or changed; {disputed:,} items are disputed"


def _push(teller: _Teller, settings: Settings) -> str:
    from workbench.jobs.push_labels import push_labels

    limit = teller.job.options.get("limit")
    done = push_labels(
        teller.job.project, settings, limit=limit, say=teller.say, on_progress=_sent(teller, limit)
    )  # fmt: skip
    return f"{done.pushed.sent:,} tasks sent, {done.pushed.known + done.pushed.found:,} were there"


def _next(teller: _Teller, settings: Settings) -> str:
    from workbench.jobs.label_next import label_next, push_batch

    options = teller.job.options
    teller.say("looking at what nobody has labelled")
    batch = label_next(
        teller.job.project, settings, budget=options.get("budget", 500), strategies=options.get("strategies") or ()
    )
    done = push_batch(
        teller.job.project, batch, settings, say=teller.say, on_progress=_sent(teller, batch.picks.height)
    )  # fmt: skip
    return f"{batch.picks.height:,} of {batch.pool:,} chosen, {done.pushed.sent:,} sent"


def _suspects(teller: _Teller, settings: Settings) -> str:
    from workbench.jobs.label_errors import label_errors
    from workbench.jobs.label_next import ask_again, push_batch

    teller.say("asking who learned from other photos")
    found = label_errors(settings, project=teller.job.project, dataset=teller.job.options.get("dataset"))
    batch = ask_again(teller.job.project, settings, found.rows.to_dicts())
    done = push_batch(
        teller.job.project, batch, settings, say=teller.say, on_progress=_sent(teller, batch.picks.height)
    )  # fmt: skip
    return f"{found.words}; {done.pushed.sent:,} are asked once more"


def _freeze(teller: _Teller, settings: Settings) -> str:
    from workbench.jobs.freeze_dataset import freeze_dataset

    teller.say("comparing crops across the split")
    options = teller.job.options
    done = freeze_dataset(
        options.get("name") or teller.job.project, settings, include_simulated=options.get("include_simulated", False)
    )
    card = done.frozen.card
    return f"{card.label}: {card.items:,} labels" if done.new else f"{card.label} holds the same: nothing new"


def _sent(teller: _Teller, total: int | None) -> Callable[[Any], None]:
    def told(done: Any) -> None:
        there = done.sent + done.found + done.known
        teller.count(there, total, f"{there:,} tasks on the server")

    return told


_JOBS: dict[str, Callable[[_Teller, Settings], str]] = {
    "serve": _serve, "pull": _pull, "push": _push, "next": _next, "freeze": _freeze, "suspects": _suspects,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
