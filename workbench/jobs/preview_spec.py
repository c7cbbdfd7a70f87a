"""Tries a spec on one photo without delivering anything: its result is kept beside the others and reused by a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.run import photo_hash
from pipeline.spec import Spec
from pipeline.store import Store
from workbench.domain.errors import WorkbenchError
from workbench.domain.records import Artefact, CheckResult, Computation, Photo, StepEvent
from workbench.jobs.fetch_photo import fetch_photo
from workbench.jobs.own_process import OwnProcess
from workbench.settings import Settings


class PreviewFailed(WorkbenchError):
    """The process of a preview gave no result: too slow, out of memory, stopped."""


@dataclass(slots=True)
class PreviewSide:
    """One spec on the photo: known from before, or being computed."""

    spec: Spec
    known: Computation | None
    process: OwnProcess | None = None
    _made: Computation | None = field(default=None, repr=False)

    @property
    def done(self) -> bool:
        """Whether there is a result or a failure."""
        return self.known is not None or self.process.done

    @property
    def failure(self) -> str | None:
        """Why the process gave no result at all."""
        return None if self.known is not None or not self.process.done else self.process.failure

    @property
    def computation(self) -> Computation | None:
        """What came out; its own ``outcome`` may be refused or failed."""
        if self.known is None and self._made is None and self.process.done and self.process.answer:
            self._made = _computation(self.process.answer["computation"])
        return self.known or self._made

    def stop(self) -> None:
        """End it if it runs."""
        if self.process is not None:
            self.process.stop()


def local_photo(path: str, settings: Settings) -> Path:
    """The photo as a local file; one named by URL is fetched once.

    Raises:
        PhotoRefused: It cannot be fetched.
    """
    photo = Photo(set_id="", image_id="", sku="", path=path, relative_path=path)
    return fetch_photo(photo, store=Store(settings.workspace), schemes=settings.url_schemes)


def start_preview(spec: Spec, photo: Path, settings: Settings) -> PreviewSide:
    """Begin to run a spec on one photo in a process of its own; a result that is known is taken as it is.

    Neither the lake nor the delivered files are touched.

    Args:
        spec: The checked spec, saved or not.
        photo: A local file.
        settings: Workspace and limits.

    Raises:
        PhotoRefused: There is no such file.
    """
    digest = photo_hash(photo)
    key = spec.result_key(digest + photo.suffix.lower())
    known = Store(settings.workspace).computation(key)
    if known is not None:
        return PreviewSide(spec, known)
    task = {
        "work": "compute", "text": spec.text, "where": f"{spec.name}.toml", "path": str(photo), "photo_hash": digest,
        "result_key": key, "workspace": str(settings.workspace), "pixel_limit": settings.pixel_limit,
    }  # fmt: skip
    return PreviewSide(spec, None, OwnProcess(task, timeout_s=settings.image_timeout_s))


def preview_spec(spec: Spec, photo: Path, settings: Settings, *, out: Path) -> tuple[Computation, tuple[Path, ...]]:
    """Run a spec on one photo and copy what it would deliver into a folder.

    Returns:
        The computation, and the files: ``NAME_SPEC.SUFFIX``.

    Raises:
        PreviewFailed: No result within the time, or the process died.
        PhotoRefused: There is no such file.
    """
    side = start_preview(spec, photo, settings)
    try:
        if side.process is not None:
            side.process.wait()
    except BaseException:
        side.stop()
        raise
    made = side.computation
    if made is None:
        raise PreviewFailed(f"no preview of {photo.name}: {side.failure}", where=spec.name)
    files, store = [], Store(out)
    for artefact in made.artefacts:
        target = out / f"{photo.stem}_{spec.name}.{artefact.suffix}"
        _copy(settings.workspace / artefact.path, target, store.write)
        files.append(target)
    return made, tuple(files)


def total_seconds(computation: Computation) -> float:
    """How long the photo took, all steps, checks and files together."""
    return sum(event.seconds for event in computation.events)


def _copy(source: Path, target: Path, write: Callable[[Path, bytes], None]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    write(target, source.read_bytes())


def _computation(found: dict[str, Any]) -> Computation:
    """The record from a worker's message."""
    return Computation(
        **{
            **found,
            "made_at": datetime.fromisoformat(found["made_at"]),
            "geometry": None if found["geometry"] is None else tuple(found["geometry"]),
            "artefacts": tuple(Artefact(**a) for a in found["artefacts"]),
            "events": tuple(
                StepEvent(**{**e, "started_at": datetime.fromisoformat(e["started_at"])}) for e in found["events"]
            ),
            "checks": tuple(
                CheckResult(**{**c, "worst_xy": None if c["worst_xy"] is None else tuple(c["worst_xy"])})
                for c in found["checks"]
            ),
        }
    )
