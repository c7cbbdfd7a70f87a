"""A build of the FiftyOne dataset as a job: told to a terminal, or to a file that a page reads while it goes on."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import workbench
from workbench.domain.errors import InspectionError, WorkbenchError
from workbench.inspection.start_app import address_of, start_app
from workbench.jobs.inspect_images import Chosen, Inspection, inspect_images
from workbench.jobs.inspection_place import inspection_place
from workbench.settings import Settings

TELL_S = 0.3  # between two words to a file


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """What a job last told. ``address`` is there when it is done, ``problem`` when it could not be."""

    job: str
    words: str
    done: int
    total: int
    address: str | None = None
    problem: str | None = None
    alive: bool = True


def build_and_tell(
    chosen: Chosen, settings: Settings, *, job: str | None, open_app: bool, say: Callable[[str], None]
) -> Inspection:
    """Build, open the App, and say what came of it."""
    tell = _to_file(_file(job, settings)) if job else _to_terminal(say)
    try:
        done = inspect_images(chosen, settings, on_progress=tell)
        address = None
        if open_app:
            tell("opening the App", done.images, done.images)
            address = address_of(start_app(inspection_place(settings)), done.dataset, done.view)
    except Exception as problem:  # the job's boundary: the page says what happened, the terminal as ever
        if job:
            _write(_file(job, settings), {"words": "stopped", "done": 0, "total": 0, "problem": str(problem)})
        raise
    written = done.written
    say(
        f"{done.images} images in {done.dataset}: {written.added} new, {written.changed} changed, {written.same} as "
        f"before; {done.views} views by name"
    )
    if address:
        say(address)
    if job:
        told = {"words": "done", "done": done.images, "total": done.images, "address": address}
        _write(_file(job, settings), told)
    return done


def start_job(images: Sequence[tuple[str, str]], settings: Settings, *, simulated: bool) -> str:
    """Build the dataset for some images in the background, and open the App; the job's name.

    Raises:
        InspectionError: It cannot be started.
    """
    place = inspection_place(settings)
    place.make()
    job = secrets.token_hex(6)
    _file(job, settings).with_suffix(".wanted.json").write_text(json.dumps(list(images)), encoding="utf-8")
    _write(_file(job, settings), {"words": "starting", "done": 0, "total": len(images)})
    root = Path(workbench.__file__).resolve().parents[1]
    command = [sys.executable, "-m", "workbench.cli", "inspect", "--job", job, "--workspace", str(settings.workspace)]
    environment = {
        **os.environ, "PYTHONPATH": os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    }  # fmt: skip
    try:
        with open(place.jobs / f"{job}.log", "wb") as out:
            process = subprocess.Popen(
                [*command, *(["--simulated"] if simulated else [])], env=environment, stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
    except OSError as error:
        raise InspectionError(f"the job cannot be started: {error}", where=str(place.jobs)) from error
    _RUNNING[job] = process
    return job


def job_state(job: str, settings: Settings) -> JobState | None:
    """What a job last told; None when there is none of that name."""
    try:
        told = json.loads(_file(job, settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    process = _RUNNING.get(job)
    ended = "address" in told or "problem" in told
    if process is not None and process.poll() is not None and not ended:
        said = (inspection_place(settings).jobs / f"{job}.log").read_text(encoding="utf-8", errors="replace").strip()
        told["problem"] = said.splitlines()[-1][:300] if said else f"the job ended with code {process.returncode}"
    return JobState(job=job, alive=not ended and "problem" not in told, **told)


def read_wanted(job: str, settings: Settings) -> tuple[tuple[str, str], ...]:
    """Set and image ids a page has asked for."""
    file = _file(job, settings).with_suffix(".wanted.json")
    try:
        return tuple((one, other) for one, other in json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise WorkbenchError(f"no job {job!r}", where=str(file)) from error


_RUNNING: dict[str, subprocess.Popen] = {}


def _file(job: str, settings: Settings) -> Path:
    return inspection_place(settings).jobs / f"{Path(job).name}.json"


def _to_file(file: Path) -> Callable[[str, int, int], None]:
    last = [0.0, ""]

    def tell(words: str, done: int, total: int) -> None:
        if words != last[1] or time.monotonic() - last[0] > TELL_S:
            last[:] = [time.monotonic(), words]
            _write(file, {"words": words, "done": done, "total": total})

    return tell


def _to_terminal(say: Callable[[str], None]) -> Callable[[str, int, int], None]:
    last = [""]

    def tell(words: str, done: int, total: int) -> None:
        if words != last[0]:
            last[0] = words
            say(f"{words} ({total})" if total else words)

    return tell


def _write(file: Path, told: Mapping[str, Any]) -> None:
    part = file.with_suffix(".partial")
    part.write_text(json.dumps(dict(told)), encoding="utf-8")
    part.replace(file)
