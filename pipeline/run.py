"""Runs a spec over a set: yields one record an image, isolates failures, repeats nothing, stops when asked."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from pipeline.compute import Task
from pipeline.deliver_files import deliver_files
from pipeline.executors.local_processes import LocalProcesses, TaskFailed
from pipeline.spec import Spec
from pipeline.store import Store
from workbench.domain.errors import PhotoRefused, StepFailed, StorageFull, WorkbenchError
from workbench.domain.records import Computation, Facts, ImageOutcome, LaneDecision, Photo, Status

PAUSE_S = 0.2  # how long a paused run sleeps before it asks again
READ_AHEAD = 4  # photos being fetched and hashed while the workers are busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """The version of an image that is delivered, and the verdict on it; ``others`` are versions between 1 and it."""

    computation: Computation
    version: int = 1
    verdict: Status | None = None
    others: tuple[tuple[int, Computation], ...] = ()


def run(
    photos: Iterable[Photo],
    *,
    spec: Spec,
    decide: Callable[[Facts], LaneDecision],
    workspace: Path,
    set_name: str,
    executor: LocalProcesses,
    pixel_limit: int,
    fetch: Callable[[Photo], Path] = lambda photo: Path(photo.path),
    standing: Callable[[Photo, Computation], AbstractContextManager[Stands]] = lambda _photo, made: nullcontext(
        Stands(computation=made)
    ),
    stopping: Callable[[], bool] = lambda: False,
    pausing: Callable[[], bool] = lambda: False,
) -> Iterator[ImageOutcome]:
    """Process photos and yield outcomes as they are ready (order not kept; memory does not grow with the set).

    Args:
        photos: Rows of the set.
        spec: The checked specification.
        decide: Lane of one image from its facts; called once a result exists, before its files are delivered.
        workspace: Folder for artefacts and deliveries.
        set_name: Name of the set, part of the delivery folder.
        executor: Where `pipeline.compute.compute` runs.
        pixel_limit: Largest photo that is opened, in pixels.
        fetch: Local file of a photo (downloads URLs); may raise `PhotoRefused`.
        standing: What people have made of an image whose automatic result this is: the newest corrected version and
            the verdict on it. Entered for as long as the files are being delivered, so that nobody judges meanwhile.
        stopping: When it turns true no new photo is begun; those in hand are finished.
        pausing: While it is true no new photo is begun; those in hand are finished, then the run waits.

    Raises:
        StorageFull: The disk is full; what was yielded is safe, the rest can be resumed.
    """
    store = Store(workspace)
    store.sweep()
    waiting: dict[str, list[Photo]] = {}  # result key in the workers' hands -> rows that want it

    def finish(photo: Photo, computation: Computation, *, reused: bool) -> ImageOutcome:
        if computation.outcome != "done":
            return ImageOutcome(photo=photo, computation=computation, decision=None, delivered=(), reused=reused)
        try:
            with standing(photo, computation) as now:
                return _deliver(photo, computation, now, reused=reused)
        except StepFailed as error:
            kind, reason = type(error).__name__, error.reason
            lost = _not_computed(computation.photo_hash, computation.result_key, spec, kind, reason, "deliver_files")
            return ImageOutcome(photo=photo, computation=lost, decision=None, delivered=(), reused=False)

    def _deliver(photo: Photo, automatic: Computation, now: Stands, *, reused: bool) -> ImageOutcome:
        facts = Facts(
            photo=photo, spec_name=spec.name, spec_hash=spec.hash, computation=now.computation,
            automatic=automatic if now.version > 1 else None,
        )  # fmt: skip
        outcome = ImageOutcome(
            photo=photo, computation=now.computation, decision=decide(facts), delivered=(),
            reused=reused or now.version > 1, version=now.version, stands_at=datetime.now(UTC),
        )  # fmt: skip
        delivered = deliver_files(
            photo, now.computation, outcome.decision, now.verdict or outcome.status, set_name=set_name,
            spec_name=spec.name, spec_hash=spec.hash, store=store, version=now.version,
            others=[(1, automatic), *now.others] if now.version > 1 else (),
        )  # fmt: skip
        return replace(outcome, delivered=delivered)

    def finished(wait_s: float) -> Iterator[ImageOutcome]:
        for task, result in executor.collect(wait_s=wait_s):
            if isinstance(result, TaskFailed):
                if result.kind == StorageFull.__name__:
                    raise StorageFull(result.reason)
                result = _not_computed(task.photo_hash, task.result_key, spec, result.kind, result.reason)
            for number, photo in enumerate(waiting.pop(task.result_key)):
                yield finish(photo, result, reused=number > 0)

    for photo, path, digest, refusal in _located(photos, fetch):
        while pausing() and not stopping():
            yield from finished(PAUSE_S)
            if not executor.busy:
                time.sleep(PAUSE_S)
        if stopping():
            break
        if refusal is not None:
            key = spec.result_key(f"{photo.set_id}/{photo.image_id}/{photo.path}")
            yield finish(photo, _not_computed("", key, spec, type(refusal).__name__, refusal.reason), reused=False)
            continue
        key = spec.result_key(digest + path.suffix.lower())  # a mis-named file is refused for its name
        if key in waiting:
            waiting[key].append(photo)
            continue
        if (known := store.computation(key)) is not None:
            yield finish(photo, known, reused=True)
            continue
        while not executor.room:
            yield from finished(0.5)
        waiting[key] = [photo]
        executor.submit(
            Task(
                path=str(path), photo_hash=digest, result_key=key, spec=spec, workspace=str(workspace),
                pixel_limit=pixel_limit,
            )
        )  # fmt: skip
        yield from finished(0.0)
    while executor.busy:
        yield from finished(0.5)


def photo_hash(path: Path) -> str:
    """SHA-256 of the file's bytes.

    Raises:
        PhotoRefused: Not a file, or not readable.
    """
    try:
        if not path.is_file():  # also keeps us from waiting on a pipe or a device
            raise PhotoRefused("there is no such file" if not path.exists() else "is not a file", where=str(path))
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PhotoRefused(f"cannot be read: {error.strerror or error}", where=str(path)) from error


def _located(photos, fetch) -> Iterator[tuple[Photo, Path | None, str, WorkbenchError | None]]:
    """Fetch and hash a few photos ahead, in order."""

    def locate(photo: Photo):
        try:
            path = fetch(photo)
            return photo, path, photo_hash(path), None
        except WorkbenchError as error:
            return photo, None, "", error

    source = iter(photos)
    with ThreadPoolExecutor(READ_AHEAD) as threads:
        ahead = [threads.submit(locate, photo) for photo in islice(source, READ_AHEAD)]
        while ahead:
            located = ahead.pop(0).result()
            ahead.extend(threads.submit(locate, photo) for photo in islice(source, 1))
            yield located


def _not_computed(
    digest: str, key: str, spec: Spec, kind: str, reason: str, step: str = "load_image"
) -> Computation:
    """The record of a photo that never came through: not kept, so a later run tries it again."""
    return Computation(
        result_key=key, photo_hash=digest, spec_hash=spec.hash,
        outcome="refused" if kind == PhotoRefused.__name__ else "failed", made_at=datetime.now(UTC),
        failure_kind=kind, failure_reason=reason, failure_step=step, engine=spec.engine(),
    )  # fmt: skip
