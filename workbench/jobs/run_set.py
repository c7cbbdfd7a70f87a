"""Runs a spec and a policy over a set and keeps everything in the lake; the same call again resumes."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pipeline.compute import compute
from pipeline.executors.local_processes import LocalProcesses
from pipeline.run import run
from pipeline.spec import Spec, load_spec
from pipeline.store import Store, disk_full
from workbench import lake
from workbench.domain.errors import LakeError, StorageFull, WorkbenchError
from workbench.domain.records import Computation, ImageOutcome, LaneDecision, Photo, Status
from workbench.jobs.fetch_photo import fetch_photo
from workbench.jobs.read_set import PhotoSet, read_set
from workbench.routing.decide_lane import decide_lane
from workbench.routing.policy import DEFAULT_POLICY, Policy, load_policy
from workbench.settings import Settings

DEFAULT_SPEC = "marketplace_white"
FLUSH_ROWS, FLUSH_S = 50, 8.0  # a commit costs 0.2 core-seconds; what is not yet committed is safe on file
FULL_BYTES = 2**20  # less room than this is a full disk: the catalogue's journal alone needs more
FAILURES_SHOWN = 1000  # kept in memory for the summary; all of them are in the lake


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedImage:
    """One image that did not come through, for the summary."""

    image_id: str
    sku: str
    path: str
    outcome: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Progress:
    """Where a run stands; handed to ``on_progress`` after every image and returned at the end."""

    run_id: str
    set_name: str
    spec_name: str
    policy: str
    workspace: Path
    total: int
    resumed: bool
    started: float = field(default_factory=time.monotonic)
    images: int = 0
    reused: int = 0
    failed: int = 0
    interrupted: bool = False
    lanes: Counter[str] = field(default_factory=Counter)
    failures: list[FailedImage] = field(default_factory=list)
    seconds: float = 0.0
    core_seconds: float = 0.0

    @property
    def computed(self) -> int:
        """Images whose pixels were made in this sitting."""
        return self.images - self.reused

    @property
    def images_per_second(self) -> float | None:
        """Speed of this sitting, reused images left out; None before the first."""
        elapsed = self.seconds or time.monotonic() - self.started
        return self.computed / elapsed if self.computed and elapsed > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """Time left at the speed so far; None before there is a speed."""
        speed = self.images_per_second
        return (self.total - self.images) / speed if speed else None


def user_folders(settings: Settings, kind: str) -> tuple[Path, ...]:
    """Where a user's own ``specs`` or ``policies`` live."""
    return (settings.workspace / kind,)


def run_set(
    source: str,
    *,
    settings: Settings,
    spec: str = DEFAULT_SPEC,
    policy: str = DEFAULT_POLICY,
    workers: int | None = None,
    limit: int | None = None,
    set_name: str | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Progress:
    """Run a set end to end.

    Args:
        source: Folder or manifest.
        settings: Workspace, limits, allowed roots.
        spec: Name or file.
        policy: Name, ``NAME@VERSION`` or file.
        workers: Processes; default: one a core.
        limit: Only the first so many rows.
        set_name: Name of the set; default: the folder's.
        on_progress: Called after every image.
        stopping: When it turns true, images in hand are finished and the run ends as interrupted.

    Raises:
        UsageError: Source, spec or policy cannot be used; nothing was begun.
        StorageFull: The disk is full; the run can be resumed.
        LakeError: The lake cannot be read or written.
    """
    used_spec = load_spec(spec, user_folders(settings, "specs"))
    used_policy = load_policy(policy, user_folders(settings, "policies"))
    photos = read_set(source, roots=settings.source_roots, name=set_name, limit=limit)
    workers = workers or os.cpu_count() or 1
    with lake.open(settings) as store:
        progress = _begin(store, photos, used_spec, used_policy, settings, workers, limit)
        on_progress(progress)
        try:
            _work(store, photos, used_spec, used_policy, settings, workers, progress, on_progress, stopping)
        except StorageFull:  # no room to say so in the lake: the run stays open and is taken up again
            raise
        except LakeError as error:  # on a full disk the catalogue cannot even be opened, and says something else
            if shutil.disk_usage(settings.workspace).free < FULL_BYTES:
                raise disk_full(settings.workspace) from error
            raise
        except WorkbenchError as error:
            _end(store, progress, "stopped", str(error))
            raise
        _end(store, progress, "interrupted" if progress.interrupted else "finished")
    return progress


def _end(store, progress: Progress, outcome: str, reason: str | None = None) -> None:
    progress.seconds = time.monotonic() - progress.started
    store.append_run_end(run_id=progress.run_id, ended_at=datetime.now(UTC), outcome=outcome, reason=reason)


def _begin(store, photos: PhotoSet, spec: Spec, policy: Policy, settings: Settings, workers: int, limit) -> Progress:
    """Take up the unfinished run of the same set, spec and policy, or begin a new one."""
    last = store.latest_run(set_id=photos.set_id)
    total = len(photos.photos) + len(photos.refused)
    resumed = (
        last is not None
        and last["spec_hash"] == spec.hash
        and last["policy_hash"] == policy.hash
        and last["images_expected"] == total
        and last["outcome"] != "finished"
    )
    run_id = last["run_id"] if resumed else f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    store.append_run(
        run_id=run_id, set_id=photos.set_id, source=photos.source, spec_name=spec.name, spec_hash=spec.hash,
        started_at=datetime.now(UTC), policy_name=policy.name, policy_version=policy.version, policy_hash=policy.hash,
        images_expected=total, workers=workers, options={"set_name": photos.name, "limit": limit},
    )  # fmt: skip
    store.append_images([*photos.photos, *(row.photo for row in photos.refused)])
    return Progress(
        run_id=run_id, set_name=photos.name, spec_name=spec.name, policy=f"{policy.name}@{policy.version}",
        workspace=settings.workspace, total=total, resumed=resumed,
    )  # fmt: skip


def _work(store, photos, spec, policy, settings, workers, progress, on_progress, stopping) -> None:
    pending: list[ImageOutcome] = []
    flushed = time.monotonic()

    def flush() -> None:
        nonlocal flushed
        if pending:
            store.append_results(pending, run_id=progress.run_id, spec_name=spec.name)
            pending.clear()
        flushed = time.monotonic()

    def take(outcome: ImageOutcome) -> None:
        pending.append(outcome)
        _count(progress, outcome)
        if len(pending) >= FLUSH_ROWS or time.monotonic() - flushed > FLUSH_S:
            flush()
        on_progress(progress)

    files = Store(settings.workspace)
    with LocalProcesses(compute, workers=workers, timeout_s=settings.image_timeout_s) as executor:
        try:
            for row in photos.refused:
                take(_refused(row.photo, row.reason, spec))
            for outcome in run(
                photos.photos,
                spec=spec,
                decide=partial(decide_lane, policy=policy),
                workspace=settings.workspace,
                set_name=photos.name,
                executor=executor,
                pixel_limit=settings.pixel_limit,
                fetch=partial(fetch_photo, store=files, schemes=settings.url_schemes),
                status=_states(store, photos.set_id),
                stopping=stopping,
            ):
                take(outcome)
            flush()
        except (StorageFull, LakeError):  # what is pending is on file and comes back when the run is resumed
            raise
        except BaseException:  # also a second Ctrl-C
            flush()
            raise
    progress.interrupted = stopping() and progress.images < progress.total


def _states(store, set_id: str) -> Callable[[Photo, LaneDecision], Status]:
    """The state a person's verdict has put an image in; else the one its lane starts it in."""
    judged = {
        (row["image_id"], row["routing_key"]): row["state"]
        for row in store.query("judged_states", {"set_id": set_id}).iter_rows(named=True)
    }
    return lambda photo, decision: judged.get((photo.image_id, decision.routing_key), decision.status)


def _refused(photo: Photo, reason: str, spec: Spec) -> ImageOutcome:
    key = hashlib.sha256(f"{photo.set_id}\n{photo.image_id}\n{reason}".encode("utf-8", "surrogatepass")).hexdigest()
    return ImageOutcome(
        photo=photo,
        computation=Computation(
            result_key=spec.result_key(key), photo_hash="", spec_hash=spec.hash, outcome="refused",
            made_at=datetime.now(UTC), failure_kind="ManifestError", failure_reason=reason, failure_step="read_set",
        ),
        decision=None,
        delivered=(),
        reused=False,
    )  # fmt: skip


def _count(progress: Progress, outcome: ImageOutcome) -> None:
    progress.images += 1
    progress.reused += outcome.reused
    made = outcome.computation
    if not outcome.reused:
        progress.core_seconds += sum(event.core_seconds for event in made.events)
    if outcome.decision is not None:
        progress.lanes[outcome.decision.lane] += 1
        return
    progress.failed += 1
    if len(progress.failures) < FAILURES_SHOWN:
        photo = outcome.photo
        progress.failures.append(
            FailedImage(
                image_id=photo.image_id, sku=photo.sku, path=photo.relative_path, outcome=made.outcome,
                reason=made.failure_reason or "",
            )
        )  # fmt: skip
