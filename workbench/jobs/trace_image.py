"""Shows what each step did to one image: the photo goes through the steps of its spec again, in its own process."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.run import photo_hash
from pipeline.spec import Spec
from workbench import lake
from workbench.domain.errors import WorkbenchError
from workbench.jobs.own_process import OwnProcess
from workbench.jobs.preview_spec import local_photo
from workbench.jobs.read_set import is_url
from workbench.jobs.specs import spec_of_hash
from workbench.jobs.trace_pictures import kept_trace, trace_folder
from workbench.settings import Settings

CHANGED_SINCE = "The steps have changed since this result was made; this is what today's steps do."


class CannotTrace(WorkbenchError):
    """The steps of this image cannot be shown: its photo or its spec has gone."""


@dataclass(slots=True, kw_only=True)
class Trace:
    """The steps of one image, those that are done so far. ``note`` says in what it differs from the stored result."""

    key: str
    total: int
    note: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    process: OwnProcess | None = None

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.process is None or self.process.done

    @property
    def failure(self) -> str | None:
        """Why it ended without showing all steps."""
        return None if self.process is None else self.process.failure


_running: dict[tuple[Path, str], Trace] = {}
_turn = threading.Lock()


def known_trace(row: Mapping[str, Any], settings: Settings) -> Trace | None:
    """The steps of a result that were shown before or are being made, None when somebody has to ask for them.

    Args:
        row: The result, a row of ``results_of.sql``.
        settings: Workspace.
    """
    spec = spec_of_hash(row["spec_hash"], settings)
    key = row["result_key"] if spec is None else _key(spec, row["photo_hash"] or "", row["path"] or "")
    running = _running.get((settings.workspace, key))
    if running is not None and not running.done:
        return running
    kept = kept_trace(settings.workspace / "cache", key)
    if kept is not None:
        return Trace(key=key, total=len(kept["steps"]), note=kept["note"], steps=kept["steps"])
    return running if running is not None and running.failure is not None else None


def start_trace(row: Mapping[str, Any], settings: Settings) -> Trace:
    """Begin to run an image's photo through its steps again; two who ask share one process.

    Args:
        row: The result, a row of ``results_of.sql``.
        settings: Workspace and limits.

    Raises:
        CannotTrace: The photo has gone or changed, or nobody has the spec any more.
    """
    known = known_trace(row, settings)
    if known is not None and known.failure is None:
        return known
    spec = spec_of_hash(row["spec_hash"], settings)
    note = ""
    if spec is None:
        raise CannotTrace(
            f"the text of {row['spec_name']} that made this result is not kept here any more",
            allowed="a spec that is shipped, or one saved in this workspace",
        )
    try:
        photo = local_photo(row["path"], settings)
        digest = photo_hash(photo)
    except WorkbenchError as error:
        raise CannotTrace(f"the original photo cannot be read: {error.reason}") from error
    if row["photo_hash"] and digest != row["photo_hash"]:
        raise CannotTrace("the original photo is another one now than the one this result was made of")
    key = _key(spec, digest, row["path"])
    if key != row["result_key"]:
        note = CHANGED_SINCE
    with _turn:
        running = _running.get((settings.workspace, key))
        if running is not None and not running.done:
            return running
        for old in [old for old, other in _running.items() if other.done]:
            del _running[old]  # it is on disk now, or failed and is tried again
        trace = _running[settings.workspace, key] = Trace(key=key, total=len(spec.steps), note=note)
        task = {
            "work": "trace", "text": spec.text, "where": f"{spec.name}.toml", "path": str(photo), "note": note,
            "folder": str(trace_folder(settings.workspace / "cache", key)), "pixel_limit": settings.pixel_limit,
        }  # fmt: skip
        trace.process = OwnProcess(
            task,
            timeout_s=settings.image_timeout_s,
            on_message=lambda message: trace.steps.append(message["step"]) if "step" in message else None,
        )
    return trace


def _key(spec: Spec, digest: str, path: str) -> str:
    """The key of what today's steps make of the photo: another one than the result's when a step has changed."""
    return spec.result_key(digest + Path(urlsplit(path).path if is_url(path) else path).suffix.lower())


def trace_image(
    image_id: str,
    settings: Settings,
    *,
    out: Path,
    set_id: str | None = None,
    on_step: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[list[dict[str, Any]], str]:
    """Write what each step of an image did as pictures into a folder.

    Returns:
        A row per step (name, seconds, outcome, what it shows, the files), and a note on what differs.

    Raises:
        CannotTrace: No such image, its photo has gone, or the process died.
    """
    with lake.open(settings, read_only=True) as store:
        if set_id is None:
            sets = store.query("app_set_of", {"image_id": image_id})
            set_id = sets.row(0)[0] if sets.height else ""
        rows = store.results_of(set_id, image_id)
    if rows.height == 0:
        raise CannotTrace(f"there is no image {image_id!r} in this workspace", where=str(settings.workspace))
    trace = start_trace(automatic(rows.to_dicts()), settings)
    try:
        while trace.process is not None and not trace.process.wait(0.2):
            on_step(len(trace.steps), trace.total)
    except BaseException:
        trace.process.stop()
        raise
    on_step(len(trace.steps), trace.total)
    if trace.failure is not None:
        raise CannotTrace(f"the steps of {image_id!r} could not be shown: {trace.failure}")
    folder = trace_folder(settings.workspace / "cache", trace.key)
    out.mkdir(parents=True, exist_ok=True)
    for step in trace.steps:
        for name in step["pictures"].values():
            shutil.copyfile(folder / f"{name}.webp", out / f"{name}.webp")
    return trace.steps, trace.note


def automatic(rows: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The result whose steps a machine ran: version 1 of the same pixels; later versions were made by a person."""
    return next((row for row in rows if row["version"] == 1), rows[0])
