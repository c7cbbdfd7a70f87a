"""Runs a spec and a policy over a set and keeps everything in the lake; the same call again resumes."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from pipeline.compute import compute
from pipeline.executors.local_processes import LocalProcesses
from pipeline.run import run
from pipeline.spec import Spec, load_spec
from pipeline.store import Store, disk_full
from workbench import lake
from workbench.domain.errors import LakeError, StorageFull, WorkbenchError
from workbench.domain.records import Computation, ImageOutcome, Photo
from workbench.jobs.as_published import as_published
from workbench.jobs.fetch_photo import fetch_photo
from workbench.jobs.open_set import open_set
from workbench.jobs.read_set import PhotoSet
from workbench.jobs.run_progress import Progress
from workbench.jobs.run_pulse import RunPulse
from workbench.jobs.score_risk import score_risk
from workbench.jobs.standings import Standings
from workbench.jobs.user_folders import user_folders
from workbench.lake.desk import Desk
from workbench.routing.decide_lane import decide_lane
from workbench.routing.policy import DEFAULT_POLICY, Policy, load_policy
from workbench.settings import Settings

DEFAULT_SPEC = "marketplace_white"
FLUSH_ROWS, FLUSH_S = 50, 8.0  # a commit costs 0.2 core-seconds; what is not yet committed is safe on file
FULL_BYTES = 2**20  # less room than this is a full disk: the catalogue's journal alone needs more


def run_set(
    source: str,
    *,
    settings: Settings,
    spec: str = DEFAULT_SPEC,
    policy: str = DEFAULT_POLICY,
    workers: int | None = None,
    limit: int | None = None,
    set_name: str | None = None,
    by: str | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stopping: Callable[[], bool] = lambda: False,
    private_hosts: Sequence[str] = (),
) -> Progress:
    """Run a set end to end; its pulse tells everybody where it stands and hears who wants it to pause or stop.

    Args:
        source: Folder, manifest, or URL of a manifest.
        settings: Workspace, limits, allowed roots.
        spec: Name or file.
        policy: Name, ``NAME@VERSION`` or file.
        workers: Processes; default: one a core.
        limit: Only the first so many rows.
        set_name: Name of the set; default: the folder's.
        by: Who started it; default: the user of this process.
        on_progress: Called after every image.
        stopping: When it turns true, images in hand are finished and the run ends as interrupted.
        private_hosts: Hosts that may be on a private address (a server on this machine, for tests).

    Raises:
        UsageError: Source, spec or policy cannot be used; nothing was begun.
        PolicyError: The policy's file is not what was published; nothing was begun.
        RunGoesOn: Another process is at the same run.
        StorageFull: The disk is full; the run can be resumed.
        LakeError: The lake cannot be read or written.
    """
    used_spec = load_spec(spec, user_folders(settings, "specs"))
    used_policy = load_policy(policy, user_folders(settings, "policies"))
    photos = open_set(source, settings=settings, name=set_name, limit=limit, private_hosts=private_hosts)
    workers = workers or os.cpu_count() or 1
    pulse = RunPulse(Desk(settings), task=f"{photos.set_id}/{used_spec.hash}/{used_policy.hash}", by=by)
    fetch = partial(
        fetch_photo, store=Store(settings.workspace), schemes=settings.url_schemes, private_hosts=private_hosts
    )
    with lake.open(settings) as store, pulse:
        as_published(used_policy, policy, store=store)
        asked = {"limit": limit, "spec": spec, "policy": policy, "by": pulse.by}
        progress = _begin(store, photos, used_spec, used_policy, settings, workers, asked)
        pulse.start(progress.run_id, progress.told)
        on_progress(progress)

        def told_to_stop() -> bool:
            return stopping() or pulse.wish == "cancel"

        try:
            _work(
                store, photos, used_spec, used_policy, settings, workers, progress, on_progress, told_to_stop,
                lambda: pulse.wish == "pause", fetch,
            )  # fmt: skip
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
    progress.pause(False)
    progress.seconds = time.monotonic() - progress.started
    store.append_run_end(run_id=progress.run_id, ended_at=datetime.now(UTC), outcome=outcome, reason=reason)


def _begin(store, photos: PhotoSet, spec: Spec, policy: Policy, settings: Settings, workers: int, asked) -> Progress:
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
        images_expected=total, workers=workers, options={"set_name": photos.name, **asked},
    )  # fmt: skip
    store.append_images([*photos.photos, *(row.photo for row in photos.refused)])
    _keep_text(spec, settings)
    return Progress(
        run_id=run_id, set_name=photos.name, spec_name=spec.name, policy=f"{policy.name}@{policy.version}",
        workspace=settings.workspace, total=total, resumed=resumed,
    )  # fmt: skip


def _keep_text(spec: Spec, settings: Settings) -> None:
    """Keep the text a run was made with: its results can be retraced when the spec has long been another."""
    kept = user_folders(settings, "specs")[0] / "versions" / f"{spec.name}-{spec.hash[:8]}.toml"
    if not kept.exists():
        Store(settings.workspace).write(kept, spec.text.encode())


def _work(store, photos, spec, policy, settings, workers, progress, on_progress, stopping, pausing, fetch) -> None:
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
        progress.count(outcome)
        if len(pending) >= FLUSH_ROWS or time.monotonic() - flushed > FLUSH_S:
            flush()
        on_progress(progress)

    def paused() -> bool:
        wanted = pausing()
        progress.pause(wanted and not executor.busy)
        if wanted and not executor.busy:
            flush()  # what is done is seen while the run waits
        return wanted

    with LocalProcesses(compute, workers=workers, timeout_s=settings.image_timeout_s) as executor:
        try:
            for row in photos.refused:
                take(_refused(row.photo, row.reason, spec))
            for outcome in run(
                photos.photos,
                spec=spec,
                decide=partial(decide_lane, policy=policy, score=score_risk),
                workspace=settings.workspace,
                set_name=photos.name,
                executor=executor,
                pixel_limit=settings.pixel_limit,
                fetch=fetch,
                standing=Standings(store, photos.set_id),
                stopping=stopping,
                pausing=paused,
            ):
                take(outcome)
            flush()
        except (StorageFull, LakeError):  # what is pending is on file and comes back when the run is resumed
            raise
        except BaseException:  # also a second Ctrl-C
            flush()
            raise
    progress.interrupted = stopping() and progress.images < progress.total


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
