"""The people of a simulated history: who looks at which image when, what they find, and what they send back.

Each person works through what waits, nearest deadline first, between other duties. Whether an automatic result is found
wanting follows from how far its edge is off; everything else is assumed and stands in the constants.
"""

from __future__ import annotations

import dataclasses
import hashlib
import heapq
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from workbench.domain.records import ImageOutcome, Review
from workbench.lake.rows import result_id

RETOUCHERS = ("sim-ana", "sim-bo", "sim-chidi", "sim-dara", "sim-ewa")
SENIORS = ("sim-fen", "sim-gus")
ACTIVE_MEAN_S, ACTIVE_CV = 90.0, 0.8  # a verdict with its micro-edit; the figures, lognormal
OTHER_DUTIES_MEAN_S = 420.0  # between two images of this set
OPENS, CLOSES = time(9), time(17)  # UTC, weekdays
HALF_WANTING_PX = 6.0  # edge error at which every second cutout is found wanting
WANTING_SLOPE = 2.0
USELESS_SHARE = 0.25  # of wanting cutouts
WANTING_AGAIN = 0.12  # a corrected version is sent back once more
MOST_VERSIONS = 4
AUDIT_WAITS_H = (4.0, 30.0)
CORRECTION_H = 2.0  # mean time until the corrected version is there
COMPLAINT_SHARE, COMPLAINT_DAYS = 0.10, (4, 20)  # of wanting images nobody looked at: the client notices
REASONS = {
    "sheer": ("transparency", "halo"), "glassware": ("transparency", "holes"), "hair_beauty": ("hair_loss", "halo"),
    "knit_fur": ("hair_loss", "spill"), "jewellery": ("holes", "missing_part"), "accessories": ("holes", "halo"),
}  # fmt: skip
OTHER_REASONS = ("halo", "backdrop_residue", "shadow", "spill", "crop")
EDITS = {
    "halo": "edge_cleaned", "holes": "hole_filled", "missing_part": "hole_filled", "spill": "spill_removed",
    "backdrop_residue": "residue_removed", "shadow": "shadow_mended",
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Happened:
    """What people did: their verdicts, and the corrected versions with the moment each was there."""

    reviews: list[Review] = field(default_factory=list)
    versions: list[tuple[ImageOutcome, datetime]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a person finds on an image."""

    wanting: bool
    useless: bool
    reason: str


def wanting_share(edge_error_px: float) -> float:
    """How often a cutout that far off is found wanting."""
    return 1.0 / (1.0 + (HALF_WANTING_PX / max(edge_error_px, 1e-6)) ** WANTING_SLOPE)


def judge(images: list[tuple[ImageOutcome, float]], *, until: datetime, draw) -> Happened:
    """Let people work through the images of a history, each with its edge error, until a moment."""
    happened = Happened()
    waiting: list[tuple[datetime, int, ImageOutcome, _Found, bool]] = []
    for number, (outcome, error_px) in enumerate(images):
        found = _find(outcome, wanting_share(error_px), draw)
        ready = outcome.computation.made_at
        if outcome.decision.lane != "auto":
            waiting.append((ready, number, outcome, found, False))
        elif outcome.decision.audit_sample:
            waiting.append((ready + timedelta(hours=draw.uniform(*AUDIT_WAITS_H)), number, outcome, found, True))
        elif found.wanting and draw.random() < COMPLAINT_SHARE:
            at = ready + timedelta(days=float(draw.uniform(*COMPLAINT_DAYS)))
            if at < until:
                happened.reviews.append(_review(outcome, "rejected", at, "client", found, None, source="client"))
    heapq.heapify(waiting)
    free = dict.fromkeys((*RETOUCHERS, *SENIORS), datetime.min.replace(tzinfo=UTC))
    while waiting:
        ready, number, outcome, found, audit = heapq.heappop(waiting)
        people = SENIORS if outcome.decision.lane == "senior" else RETOUCHERS
        who = min(people, key=lambda person: (max(free[person], ready), draw.random()))
        active_s = _active_seconds(draw)
        begins = _working(max(ready, free[who]) + timedelta(seconds=float(draw.exponential(OTHER_DUTIES_MEAN_S))))
        at = begins + timedelta(seconds=active_s)
        free[who] = at
        if at >= until:  # still waits when the history ends
            continue
        verdict, edited = _verdict(outcome, found, audit, draw)
        happened.reviews.append(_review(outcome, verdict, at, who, found, active_s, edited=edited))
        if verdict == "rework" and outcome.version < MOST_VERSIONS:
            again = _corrected(outcome)
            there = _working(at + timedelta(hours=float(draw.exponential(CORRECTION_H))))
            if there < until:
                happened.versions.append((again, there))
                next_found = _Found(wanting=draw.random() < WANTING_AGAIN, useless=False, reason=found.reason)
                heapq.heappush(waiting, (there, number + len(images) * outcome.version, again, next_found, audit))
    return happened


def _find(outcome: ImageOutcome, share: float, draw) -> _Found:
    words = REASONS.get(outcome.photo.category or "", ())
    reason = str(draw.choice(words)) if words and draw.random() < 0.7 else str(draw.choice(OTHER_REASONS))
    return _Found(wanting=draw.random() < share, useless=draw.random() < USELESS_SHARE, reason=reason)


def _verdict(outcome: ImageOutcome, found: _Found, audit: bool, draw) -> tuple[str, bool]:
    """The verdict, and whether the person mended the picture on the spot."""
    if not found.wanting:
        return "approved", False
    if outcome.version > 1:
        return "rework", False
    chance = draw.random()
    if audit:  # it is out already: nothing to mend on the spot
        return ("rejected" if chance < 0.2 else "rework"), False
    mended, rejected = (0.65, 0.05) if outcome.decision.lane in ("manual", "senior") else (0.45, 0.08)
    if chance < mended:
        return "approved", True
    return ("rejected" if chance > 1 - rejected else "rework"), False


def _review(outcome, verdict, at, who, found: _Found, active_s, *, edited: bool = False, source="qa_board") -> Review:
    usable = None
    if outcome.decision.lane in ("manual", "senior") and outcome.version == 1:
        usable = "as_is" if not found.wanting else "useless" if found.useless else "start"
    edit = EDITS.get(found.reason, "edge_cleaned")
    return Review(
        review_id=hashlib.sha256(f"{outcome.photo.image_id} {outcome.version} {source}".encode()).hexdigest()[:32],
        set_id=outcome.photo.set_id, image_id=outcome.photo.image_id,
        result_id=result_id(outcome, version=outcome.version), version=outcome.version, reviewer=who, reviewed_at=at,
        verdict=verdict, reasons=(found.reason,) if found.wanting else (), actions=(edit,) if edited else (),
        pixels_changed=edited, active_seconds=active_s, usable=usable, source=source, simulated=True,
    )  # fmt: skip


def _corrected(outcome: ImageOutcome) -> ImageOutcome:
    """The next version, as an upload makes it."""
    version = outcome.version + 1
    key = hashlib.sha256(f"{outcome.photo.image_id} {version}".encode()).hexdigest()
    made = dataclasses.replace(outcome.computation, result_key=key, events=())
    return dataclasses.replace(outcome, computation=made, version=version)


def _active_seconds(draw) -> float:
    spread = math.log(1 + ACTIVE_CV**2)
    return round(float(draw.lognormal(math.log(ACTIVE_MEAN_S) - spread / 2, math.sqrt(spread))), 1)


def _working(moment: datetime) -> datetime:
    """The moment itself, or the next one at which somebody is at work."""
    if moment.time() >= CLOSES:
        moment = datetime.combine(moment.date() + timedelta(days=1), OPENS, tzinfo=UTC)
    elif moment.time() < OPENS:
        moment = datetime.combine(moment.date(), OPENS, tzinfo=UTC)
    while moment.weekday() >= 5:
        moment = datetime.combine(moment.date() + timedelta(days=1), OPENS, tzinfo=UTC)
    return moment
