"""Starts a run as a process of its own, which goes on when the app ends and is found again through the lake."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import workbench
from workbench import lake
from workbench.domain.errors import UsageError, WorkbenchError, nearest_match
from workbench.jobs.read_set import set_id_of
from workbench.settings import Settings

START_S = 60.0  # the first word of a run on a busy machine; a set of 20,000 photos is read in about 5 s
USAGE = 2  # exit code of the command line
_NAMED = re.compile(r"^run (\S+)$", re.MULTILINE)
_ERROR = re.compile(r"^workbench: (.+)$", re.MULTILINE)
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a run is made of, as the command line takes it."""

    source: str
    spec: str
    policy: str
    workers: int | None = None
    limit: int | None = None
    set_name: str | None = None


def start_run(choices: Choices, *, settings: Settings, by: str) -> str:
    """Start it and return its name once it is going on (or was over at once, everything being there already).

    Args:
        choices: Set, spec, policy and the rest.
        settings: Workspace.
        by: Who starts it.

    Raises:
        UsageError: Source, spec or policy cannot be used; says what is allowed.
        WorkbenchError: It is going on already, or could not begin; says why.
    """
    log = run_logs(settings) / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    process = _begin(_command(choices, settings, by), log, settings)
    log = log.rename(log.with_name(f"{log.stem}-{process.pid}.log"))
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        ended = process.poll()
        said = log.read_text(encoding="utf-8", errors="replace")
        if named := _NAMED.search(said):
            return named[1]
        if ended is not None:
            error = _ERROR.search(said)
            words = error[1] if error else f"the run ended with code {ended} before it began: {said[-500:]}"
            raise (UsageError if ended == USAGE else WorkbenchError)(words)
        time.sleep(_LOOK_S)
    raise WorkbenchError(
        f"the run said nothing within {START_S:g} s", where=str(log), allowed="look at the list of runs in a moment"
    )


def run_again(run_id: str, *, settings: Settings, by: str) -> str:
    """Start a run of the past with its own settings; one that was cut off is taken up where it stopped.

    Raises:
        UsageError: No such run, or its set, spec or policy cannot be used any more.
    """
    return start_run(choices_of(past_run(run_id, settings)), settings=settings, by=by)


def past_run(run_id: str, settings: Settings) -> dict[str, Any]:
    """A run of the lake by its name, the first letters of it, or ``latest``; a row of `runs.sql`.

    Raises:
        UsageError: None, or several.
    """
    with lake.open(settings, read_only=True) as store:
        rows = store.runs(limit=100_000).to_dicts()
    found = [row for row in rows if row["run_id"] == run_id] or [r for r in rows if r["run_id"].startswith(run_id)]
    if run_id == "latest" and rows:
        return rows[0]
    if not run_id or len(found) != 1:
        names = [row["run_id"] for row in rows]
        words = f"no run {run_id!r}" if not found else f"{run_id!r} begins the name of {len(found)} runs"
        raise UsageError(words, allowed=["latest", *names[:20]], nearest=nearest_match(run_id, names))
    return found[0]


def choices_of(run: Mapping[str, Any]) -> Choices:
    """What a run of the past was made of; the policy in the version it used."""
    options = json.loads(run["options"] or "{}")
    spec, policy = options.get("spec") or run["spec_name"], options.get("policy") or run["policy_name"]
    if not _is_file(policy):
        policy = f"{run['policy_name']}@{run['policy_version']}"
    named = set_id_of(run["source"] or "") != run["set_id"]
    return Choices(
        source=run["source"] or "", spec=spec, policy=policy, workers=run["workers"], limit=options.get("limit"),
        set_name=options.get("set_name") if named else None,
    )  # fmt: skip


def run_logs(settings: Settings) -> Path:
    """Where what the runs print is kept."""
    return settings.workspace / "runs"


def log_tail(pid: int | None, settings: Settings, *, lines: int = 12) -> str:
    """The last lines a run printed; empty when it was started on somebody's terminal."""
    found = sorted(run_logs(settings).glob(f"*-{pid}.log")) if pid is not None else []
    return "\n".join(found[-1].read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]) if found else ""


def _is_file(name: str | None) -> bool:
    return bool(name) and (name.endswith(".toml") or "/" in name)


def _command(choices: Choices, settings: Settings, by: str) -> list[str]:
    given = {
        "--spec": choices.spec, "--policy": choices.policy, "--workers": choices.workers, "--limit": choices.limit,
        "--set": choices.set_name, "--workspace": settings.workspace, "--by": by,
    }  # fmt: skip
    options = [f"{key}={value}" for key, value in given.items() if value is not None]  # a name may begin with a dash
    return [sys.executable, "-m", "workbench.cli", "run", *options, "--", choices.source]


def _begin(command: list[str], log: Path, settings: Settings) -> subprocess.Popen:
    environment = {
        **os.environ, "WORKBENCH_WORKSPACE": str(settings.workspace), "COLUMNS": "1000", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    root = Path(workbench.__file__).resolve().parents[1]
    places = [str(root), *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(places)  # found from any folder, as the app was
    try:
        with open(log, "wb") as out:
            return subprocess.Popen(
                command, cwd=Path.cwd(), env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
    except OSError as error:
        raise WorkbenchError(f"the run could not be started: {error}", where=str(log)) from error
