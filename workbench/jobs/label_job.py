"""Long labeling work as a process of its own: it goes on when the app ends, is watched from any page, can be stopped.

Each job is one JSON file in the workspace; the process that does it writes how far it is. A job that was stopped or
died is begun again by the same button: pushes and pulls go on where they were.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import workbench
from workbench.domain.errors import UsageError, WorkbenchError
from workbench.domain.whole_file import write_whole
from workbench.jobs.run_pulse import process_gone
from workbench.settings import PREFIX, Settings

KINDS = ("serve", "pull", "push", "next", "freeze", "suspects")
KEPT = 8  # ended jobs that are still shown


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelJob:
    """One job: what it does, who began it, how far it is. ``outcome`` is None while it is going on."""

    name: str
    kind: str
    project: str
    by: str
    started_at: str
    options: Mapping[str, Any] = field(default_factory=dict)
    pid: int | None = None
    words: str = "starting"
    done: int = 0
    total: int | None = None
    outcome: str | None = None  # done, failed, cancelled, died
    ended_at: str | None = None


def start_label_job(
    kind: str, project: str, settings: Settings, *, by: str, options: Mapping[str, Any] | None = None
) -> LabelJob:
    """Begin a job; one at a time a project, so that nobody waits for a lock.

    Raises:
        UsageError: An unknown kind.
        WorkbenchError: Another job of this project is going on, or it could not be started.
    """
    if kind not in KINDS:
        raise UsageError(f"no job {kind!r}", allowed=KINDS)
    if busy := [job for job in label_jobs(settings) if job.outcome is None and job.project == project]:
        raise WorkbenchError(f"{busy[0].kind} is going on for {project}", allowed="wait for it, or cancel it")
    now = datetime.now(UTC)
    job = LabelJob(
        name=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}", kind=kind, project=project, by=by,
        started_at=now.isoformat(timespec="seconds"), options=dict(options or {}),
    )  # fmt: skip
    file = job_file(settings, job.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    keep(file, job)
    root = Path(workbench.__file__).resolve().parents[1]
    places = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, f"{PREFIX}WORKSPACE": str(settings.workspace), "PYTHONPATH": os.pathsep.join(places)}
    try:
        with open(file.with_suffix(".log"), "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "workbench.jobs.label_worker", str(file)], env=environment, stdout=log,
                stdin=subprocess.DEVNULL, stderr=log, start_new_session=True,
            )  # fmt: skip
    except OSError as error:
        file.unlink(missing_ok=True)
        raise WorkbenchError(f"the job could not be started: {error}", where=str(file)) from error
    _children[process.pid] = process
    return job


def label_jobs(settings: Settings) -> list[LabelJob]:
    """Jobs going on and the last that ended, newest first; one whose process is gone without a word has died."""
    found = []
    for file in sorted((settings.workspace / "label_jobs").glob("*.json"), reverse=True):
        job = read_job(file)
        if job.outcome is None and job.pid is not None and not _alive(job.pid):
            job = read_job(file)  # it may have ended between the two looks
            if job.outcome is None:
                job = replace(job, outcome="died", words=_last_words(file))
        found.append(job)
    for job in found[KEPT:]:
        if job.outcome is not None:
            for suffix in (".json", ".log"):
                job_file(settings, job.name).with_suffix(suffix).unlink(missing_ok=True)
    return found[:KEPT]


def cancel_label_job(name: str, settings: Settings) -> None:
    """Ask a job to stop; what it stored stays, and the same job again goes on."""
    job = read_job(job_file(settings, name))
    if job.outcome is None and job.pid is not None and _alive(job.pid):
        os.kill(job.pid, signal.SIGTERM)


def dismiss_label_job(name: str, settings: Settings) -> None:
    """Take an ended job off the page."""
    for suffix in (".json", ".log"):
        job_file(settings, name).with_suffix(suffix).unlink(missing_ok=True)


def job_file(settings: Settings, name: str) -> Path:
    """Where a job stands."""
    return settings.workspace / "label_jobs" / f"{name}.json"


def read_job(file: Path) -> LabelJob:
    """A job as it was last written."""
    return LabelJob(**json.loads(file.read_text(encoding="utf-8")))


def keep(file: Path, job: LabelJob) -> None:
    """Write a job, whole or not at all."""
    write_whole(file, lambda part: part.write_text(json.dumps(asdict(job)), encoding="utf-8"))


_children: dict[int, subprocess.Popen] = {}  # of this server: asked for their end, or they stay as zombies


def _alive(pid: int) -> bool:
    if pid in _children:
        return _children[pid].poll() is None
    return not process_gone(socket.gethostname(), pid)


def _last_words(file: Path) -> str:
    log = file.with_suffix(".log")
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
    return said[-1][:300] if said else "its process ended without a word"
