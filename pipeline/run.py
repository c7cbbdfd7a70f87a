"""Runs a spec over a set: yields one record an image, isolates failures, repeats nothing, stops when asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from pipeline.compute import Task
from pipeline.deliver_files import deliver_files
from pipeline.executors.local_processes import LocalProcesses, TaskFailed
from pipeline.spec import Spec
from pipeline.store import Store
from workbench.domain.errors import PhotoRefused, StorageFull, WorkbenchError
from workbench.domain.records import Computation, Facts, ImageOutcome, LaneDecision, Photo, Status

READ_AHEAD = 4  # photos being fetched and hashed while the workers are busy


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
    status: Callable[[Photo, LaneDecision], Status] = lambda _photo, decision: decision.status,
    stopping: Callable[[], bool] = lambda: False,
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
        status: State the image is in, if a person has already judged it.
        stopping: When it turns true no new photo is begun; those in hand are finished.

    Raises:
        StorageFull: The disk is full; what was yielded is safe, the rest can be resumed.
    """
    store = Store(workspace)
    store.sweep()
    waiting: dict[str, list[Photo]] = {}  # result key in the workers' hands -> rows that want it

    def finish(photo: Photo, computation: Computation, *, reused: bool) -> ImageOutcome:
        if computation.outcome != "done":
            return ImageOutcome(photo=photo, computation=computation, decision=None, delivered=(), reused=reused)
        facts = Facts(photo=photo, spec_name=spec.name, spec_hash=spec.hash, computation=computation)
        decision = decide(facts)
        delivered = deliver_files(
            photo, computation, decision, status(photo, decision), set_name=set_name, spec=spec, store=store
        )
        return ImageOutcome(photo=photo, computation=computation, decision=decision, delivered=delivered, reused=reused)

    def finished(wait_s: float) -> Iterator[ImageOutcome]:
        for task, result in executor.collect(wait_s=wait_s):
            if isinstance(result, TaskFailed):
                if result.kind == StorageFull.__name__:
                    raise StorageFull(result.reason)
                result = _not_computed(task.photo_hash, task.result_key, spec, result.kind, result.reason)
            for number, photo in enumerate(waiting.pop(task.result_key)):
                yield finish(photo, result, reused=number > 0)

    for photo, path, digest, refusal in _located(photos, fetch):
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


def _not_computed(digest: str, key: str, spec: Spec, kind: str, reason: str) -> Computation:
    """The record of a photo that never came through: not kept, so a later run tries it again."""
    return Computation(
        result_key=key, photo_hash=digest, spec_hash=spec.hash,
        outcome="refused" if kind == PhotoRefused.__name__ else "failed", made_at=datetime.now(UTC),
        failure_kind=kind, failure_reason=reason, failure_step="load_image", engine=spec.engine(),
    )  # fmt: skip
