"""The frozen records that travel between pipeline, routing, lake and pages.

Units live in names. Absence is None with a reason beside it, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Lane = Literal["auto", "check", "manual", "senior"]
LANES: tuple[Lane, ...] = ("auto", "check", "manual", "senior")  # from least to most of a person's time

Status = Literal["queued", "claimed", "approved", "rework", "rejected", "published"]
READY_STATUSES = frozenset({"published", "approved"})  # the only ones under delivery/ready

Outcome = Literal["done", "refused", "failed"]

CATEGORIES = (
    "accessories",
    "apparel",
    "footwear",
    "furniture",
    "glassware",
    "hair_beauty",
    "jewellery",
    "knit_fur",
    "packaged",
    "sheer",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One row of a set: one photo to deliver.

    ``path`` is absolute (or a URL); ``relative_path`` keeps the sub-folder it came from. ``extra`` holds the
    manifest's unknown columns, as text.
    """

    set_id: str
    image_id: str
    sku: str
    path: str
    relative_path: str
    category: str | None = None
    brand: str | None = None
    job_id: str | None = None
    channel: str | None = None
    received_at: datetime | None = None
    campaign_tier: Literal["standard", "high_value"] = "standard"
    deadline: datetime | None = None
    alpha_path: str | None = None
    trimap_path: str | None = None
    reference_path: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvent:
    """One step, check or writer on one photo: when, how long, how it ended. Times are UTC."""

    kind: Literal["step", "check", "deliver"]
    name: str
    started_at: datetime
    seconds: float  # wall time
    core_seconds: float  # processor time of the worker, all threads
    outcome: Outcome
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One measurement of one result, beside the limit the spec sets.

    ``passed`` is None when there is no limit or the check abstained (``reason`` says why). ``worst_xy`` is the
    place to look at first, in pixels of the delivered picture.
    """

    check: str
    value: float | None
    unit: str
    limit: float | None = None
    better: Literal["lower", "higher"] = "lower"
    passed: bool | None = None
    reason: str | None = None
    worst_xy: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A file that was made: content-addressed, ``path`` relative to the workspace."""

    suffix: str  # "alpha.png", "psd", "2000.jpg": what follows the status in the delivered name
    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """What the pipeline made of a photo's bytes under a spec; knows nothing of SKU, category or policy."""

    result_key: str
    photo_hash: str
    spec_hash: str
    outcome: Outcome
    made_at: datetime  # UTC
    failure_kind: str | None = None  # class of the error: "PhotoRefused", "StepFailed", "Timeout", "Crash"…
    failure_reason: str | None = None
    failure_step: str | None = None
    engine: str | None = None
    width_px: int | None = None  # of the source, after EXIF orientation
    height_px: int | None = None
    geometry: tuple[float, ...] | None = None  # 3x3 row-major, source pixels -> delivered pixels
    attributes: Mapping[str, float | str | bool | None] = field(default_factory=dict)
    checks: tuple[CheckResult, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    events: tuple[StepEvent, ...] = ()
    peak_memory_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """How likely a person would send an automatic result back, 0 to 1.

    ``model`` is the trained model's ``name@version``; without one the value is a heuristic and not calibrated.
    """

    value: float
    model: str | None = None

    @property
    def calibrated(self) -> bool:
        """Whether the value is a probability, and not only an order."""
        return self.model is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything routing may look at for one image.

    ``automatic`` is version 1 when ``computation`` is a version a person corrected, else None.
    """

    photo: Photo
    spec_name: str
    spec_hash: str
    computation: Computation
    automatic: Computation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a rule sent the image to a lane, in words a retoucher reads."""

    rule: str
    lane: Lane
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneDecision:
    """The lane of one image with every rule that matched; the strictest one won."""

    lane: Lane
    reasons: tuple[Reason, ...]
    risk: float | None
    risk_calibrated: bool
    max_risk: float | None
    audit_sample: bool
    inclusion_probability: float  # of being looked at by a person: audit share in auto, 1.0 elsewhere
    hold: bool  # a sampled image waits for its audit before it is published
    policy_name: str
    policy_version: int
    policy_hash: str
    routing_key: str

    @property
    def status(self) -> Status:
        """The state the image starts in."""
        return "published" if self.lane == "auto" and not (self.audit_sample and self.hold) else "queued"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageOutcome:
    """One image of a run: its computation, lane and delivered files (``delivered`` relative to the workspace)."""

    photo: Photo
    computation: Computation
    decision: LaneDecision | None  # None when the photo was refused or failed
    delivered: tuple[str, ...]
    reused: bool  # True when nothing had to be computed
    version: int = 1  # 1 is the automatic result, each corrected upload is one more
    stands_at: datetime | None = None  # UTC, when this version was found to be the newest; None: when it is stored

    @property
    def status(self) -> Status | None:
        """The state it starts in; a corrected version always waits for a person."""
        if self.decision is None:
            return None
        return "queued" if self.version > 1 else self.decision.status


Verdict = Literal["approved", "rework", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's verdict on one version of one result."""

    review_id: str
    set_id: str
    image_id: str
    result_id: str
    version: int
    reviewer: str
    reviewed_at: datetime
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    pixels_changed: bool | None = None
    active_seconds: float | None = None
    usable: Literal["as_is", "start", "useless"] | None = None
    source: str = "qa_board"
    simulated: bool = False
