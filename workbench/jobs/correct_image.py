"""Takes a corrected file: it becomes the image's next version, checked and delivered like any other, and waits."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.correct import Correction, Made, correct
from pipeline.executors.local_processes import LocalProcesses, TaskFailed
from pipeline.run import photo_hash
from pipeline.store import Store
from workbench.domain.errors import PolicyError, StorageFull, UsageError, WorkbenchError
from workbench.domain.records import LANES, Computation, Facts, ImageOutcome, LaneDecision, Reason
from workbench.domain.review_words import SENT_BACK
from workbench.jobs.fetch_photo import fetch_photo
from workbench.jobs.judge_image import VerdictOutdated
from workbench.jobs.qa_queue import ImageTaken, claim_key
from workbench.jobs.score_risk import score_risk
from workbench.jobs.specs import spec_of_hash
from workbench.jobs.standing_files import delivery_turn
from workbench.jobs.user_folders import user_folders
from workbench.lake.desk import Desk
from workbench.lake.rows import result_id
from workbench.lake.standing import Standing
from workbench.routing.decide_lane import CORRECTED_RULE, decide_lane
from workbench.routing.policy import Policy, load_policy
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.jobs.judge_image import Shown
    from workbench.lake.lake import Lake


class UploadRefused(UsageError):
    """The file cannot become a version; nothing was changed. The message says what was found and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A new version: its record as the run stores it, and what was taken from the file.

    ``kind`` is ``layered psd``, ``flat psd``, ``picture`` (colours and alpha) or ``mask`` (alpha only).
    """

    outcome: ImageOutcome
    result_id: str
    version: int
    kind: str
    files_problem: str | None  # why the files could not be put in place yet
    seconds: float


def correct_image(
    store: Lake, desk: Desk, shown: Shown, file: Path | bytes, *, name: str, person_id: str, tab: str = ""
) -> Corrected:
    """Make the next version of an image from a retoucher's file.

    The photo goes through the spec's steps again in a worker process (seconds), the file's alpha and colours take the
    place of the automatic ones, and the same checks and writers run. The version starts as ``queued`` in every lane:
    a person approves it. An image is corrected after a verdict of rework or rejected.

    Args:
        store: The lake, open for writing.
        desk: Where claims are kept; the claim is freed when the version is stored.
        shown: What the person saw (a `QueueItem`).
        file: The upload, or where it lies.
        name: Its name, for its kind and for messages.
        person_id: Who corrected it.
        tab: Which of their screens.

    Raises:
        UploadRefused: Wrong size, kind, depth or colours, no alpha, an empty or a full one, or a damaged file.
        ImageTaken: Somebody else has the image.
        VerdictOutdated: Another version holds by now, or the verdict was taken back.
    """
    began = time.perf_counter()
    claim = claim_key(shown.set_id, shown.image_id)
    other = desk.take(claim, holder=person_id, tab=tab)
    if other is not None:
        raise ImageTaken(f"{other.holder} has this image on the screen", where=shown.image_id, nearest=other.holder)
    now = store.standing(shown.set_id, shown.image_id)
    _check_wanted(now, shown)
    made = _make(store, now, file, name)
    version = now.version + 1
    computation = replace(made.computation, attributes={**made.computation.attributes, "correction.by": person_id})
    with delivery_turn(store) as turn:
        outcome = _outcome(store, now, computation, version)
        turn.note(shown.set_id, shown.image_id)
        kept = store.append_correction(
            outcome, run_id=now.run_id, spec_name=now.spec_name, of_result_id=now.result_id, review_id=now.review_id
        )
        if kept.problem is not None:
            turn.forget(shown.set_id, shown.image_id)
            raise VerdictOutdated(kept.problem, where=shown.image_id, allowed="what holds now; look at it again")
        try:
            delivered, problem = turn.settle(store.standing(shown.set_id, shown.image_id)), None
        except (WorkbenchError, OSError) as error:  # the version is safe; whoever has the turn next moves the files
            delivered, problem = (), str(error)
    desk.release([claim], holder=person_id)
    return Corrected(
        outcome=replace(outcome, delivered=delivered), result_id=result_id(outcome, version=version), version=version,
        kind=made.kind, files_problem=problem, seconds=time.perf_counter() - began,
    )  # fmt: skip


def _check_wanted(now: Standing | None, shown: Shown) -> None:
    """Refuse a correction of what does not hold, or of what nobody has sent back."""
    if now is None or now.result_id != shown.result_id:
        raise VerdictOutdated("what was shown does not hold any more", where=shown.image_id, allowed="look at it again")
    if now.verdict not in SENT_BACK:
        raise VerdictOutdated(
            f"the image is {now.state}, nobody has sent it back",
            where=shown.image_id, allowed="first a verdict of rework that says what is wrong, then the corrected file",
        )  # fmt: skip
    if now.photo.simulated:
        raise VerdictOutdated("the image is simulated: there is no photo behind it", where=shown.image_id)


def _make(store: Lake, now: Standing, file: Path | bytes, name: str) -> Made:
    """Photo and upload through the pipeline, in a process of its own."""
    settings = store.settings
    spec = spec_of_hash(now.spec_hash, settings)
    if spec is None:
        raise UploadRefused(
            f"the spec {now.spec_name} {now.spec_hash[:8]} is gone", where=name, allowed="its text back"
        )
    photo = fetch_photo(now.photo, store=Store(settings.workspace), schemes=settings.url_schemes)
    if photo_hash(photo) != now.computation.photo_hash:
        raise UploadRefused(
            "the photo is not the one the version was made of", where=str(photo), allowed="the same file"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = file
        if isinstance(file, bytes):
            path = Path(folder, "upload")
            path.write_bytes(file)
        task = Correction(
            path=str(photo), photo_hash=now.computation.photo_hash, result_key=now.computation.result_key, spec=spec,
            workspace=str(settings.workspace), pixel_limit=settings.pixel_limit, upload=str(path), upload_name=name,
            geometry=now.computation.geometry,
        )  # fmt: skip
        with LocalProcesses(correct, workers=1, timeout_s=settings.image_timeout_s) as executor:
            executor.submit(task)
            while not (ended := executor.collect(wait_s=0.5)):
                pass
    made = ended[0][1]
    if isinstance(made, TaskFailed):
        if made.kind == StorageFull.__name__:
            raise StorageFull("the disk is full; the version was not stored", where=name)
        raise UploadRefused(made.reason, where=name)
    return made


def _outcome(store: Lake, now: Standing, computation: Computation, version: int) -> ImageOutcome:
    """The version as the run that made the image stores it, sent where the run's policy sends it."""
    policy = _policy(now.decision, store.settings)
    automatic = next((made for number, made in now.others if number == 1), now.computation)
    facts = Facts(
        photo=now.photo, spec_name=now.spec_name, spec_hash=now.spec_hash, computation=computation, automatic=automatic
    )
    decision = decide_lane(facts, policy, score=score_risk) if policy is not None else _as_before(now.decision)
    return ImageOutcome(
        photo=now.photo, computation=computation, decision=decision, delivered=(), reused=False, version=version,
        stands_at=datetime.now(UTC),
    )  # fmt: skip


def _policy(decision: LaneDecision, settings: Settings) -> Policy | None:
    """The very policy that sent the image where it is; None when its text is gone or has changed."""
    try:
        policy = load_policy(f"{decision.policy_name}@{decision.policy_version}", user_folders(settings, "policies"))
    except PolicyError:  # a policy given as a file elsewhere
        return None
    return policy if policy.hash == decision.policy_hash else None


def _as_before(decision: LaneDecision) -> LaneDecision:
    """The lane of the version before, at least check: the policy's text is gone."""
    words = f"corrected by hand: a person approves it ({decision.policy_name}'s text is gone, the lane stays)"
    lane = max(decision.lane, "check", key=LANES.index)
    reason = Reason(rule=CORRECTED_RULE, lane=lane, words=words)
    return replace(decision, lane=lane, reasons=(reason,), audit_sample=False, inclusion_probability=1.0)
