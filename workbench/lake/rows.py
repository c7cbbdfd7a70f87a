"""Lay records out as rows of the lake's tables (see schema.sql).

Numbers that are not finite become NULL: they carry no information and would spoil every mean. File names that
are not valid UTF-8 keep their odd bytes as ``\\xNN``.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from workbench.domain.errors import LakeError
from workbench.domain.records import ImageOutcome, Photo, Review

Row = dict[str, Any]

_PLAIN_ALREADY = frozenset({int, bool, type(None), datetime, date})


def key(*parts: object) -> str:
    """A 128-bit idempotency key of the parts; None and "None" differ, ("a", "bc") and ("ab", "c") too."""
    text = json.dumps([part if part is None else str(part) for part in parts], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


def result_id(outcome: ImageOutcome, *, version: int = 1) -> str:
    """Name of the result an image has in the lake.

    The same photo, spec, policy and outcome always give the same one, whichever run or machine made it.
    """
    made = outcome.computation
    routing_key = outcome.decision.routing_key if outcome.decision else None
    photo = outcome.photo
    return key(photo.set_id, photo.image_id, made.result_key, routing_key, version, made.outcome, made.failure_kind)


def image_row(photo: Photo, *, seen_at: datetime) -> Row:
    """A photo of a set as it was seen."""
    attributes = {
        "set_id": photo.set_id,
        "image_id": photo.image_id,
        "sku": photo.sku,
        "path": photo.path,
        "relative_path": photo.relative_path,
        "category": photo.category,
        "brand": photo.brand,
        "job_id": photo.job_id,
        "channel": photo.channel,
        "received_at": _utc(photo.received_at, "received_at"),
        "campaign_tier": photo.campaign_tier,
        "deadline": _utc(photo.deadline, "deadline"),
        "alpha_path": photo.alpha_path,
        "trimap_path": photo.trimap_path,
        "reference_path": photo.reference_path,
        "extra": _json(photo.extra),
        "simulated": photo.simulated,
    }
    content_key = key(*(value for _, value in sorted(attributes.items())))
    seen_at = _utc(seen_at, "seen_at")
    row_key = key(photo.set_id, photo.image_id, content_key, seen_at)
    return _plain(attributes | {"row_key": row_key, "content_key": content_key, "seen_at": seen_at})


def result_row(outcome: ImageOutcome, *, spec_name: str, version: int, recorded_at: datetime) -> Row:
    """What came out for one image, and where it was sent."""
    made, decision = outcome.computation, outcome.decision
    made_at = _utc(made.made_at, "made_at")
    identity = result_id(outcome, version=version)
    row = {
        "row_key": identity,
        "result_id": identity,
        "set_id": outcome.photo.set_id,
        "image_id": outcome.photo.image_id,
        "result_key": made.result_key,
        "version": version,
        "photo_hash": made.photo_hash,
        "spec_name": spec_name,
        "spec_hash": made.spec_hash,
        "outcome": made.outcome,
        "failure_kind": made.failure_kind,
        "failure_reason": made.failure_reason,
        "failure_step": made.failure_step,
        "made_at": made_at,
        "day": made_at.date(),
        **_work(outcome),
        "engine": made.engine,
        "width_px": made.width_px,
        "height_px": made.height_px,
        "geometry": None if made.geometry is None else [float(value) for value in made.geometry],
        "attributes": _json(made.attributes),
        "checks": [_check(check) for check in made.checks],
        "artefacts": [
            {"suffix": file.suffix, "path": file.path, "sha256": file.sha256, "size_bytes": file.size_bytes}
            for file in made.artefacts
        ],
        "peak_memory_bytes": made.peak_memory_bytes,
        "delivered": list(outcome.delivered),
        "recorded_at": _utc(recorded_at, "recorded_at"),
        "simulated": outcome.photo.simulated,
    }
    if decision is not None:
        row |= {
            "status": "queued" if version > 1 else decision.status,
            "lane": decision.lane,
            "reasons": [{"rule": why.rule, "lane": why.lane, "words": why.words} for why in decision.reasons],
            "risk": decision.risk,
            "risk_calibrated": decision.risk_calibrated,
            "max_risk": decision.max_risk,
            "audit_sample": decision.audit_sample,
            "inclusion_probability": decision.inclusion_probability,
            "hold": decision.hold,
            "policy_name": decision.policy_name,
            "policy_version": decision.policy_version,
            "policy_hash": decision.policy_hash,
            "routing_key": decision.routing_key,
        }
    return _plain(row)


def run_result_row(outcome: ImageOutcome, *, run_id: str, version: int, recorded_at: datetime) -> Row:
    """That a run found or made this result for this image."""
    identity = result_id(outcome, version=version)
    recorded_at = _utc(recorded_at, "recorded_at")
    return _plain(
        {
            "row_key": key(run_id, identity),
            "run_id": run_id,
            "set_id": outcome.photo.set_id,
            "image_id": outcome.photo.image_id,
            "result_id": identity,
            "reused": outcome.reused,
            "recorded_at": recorded_at,
            "day": recorded_at.date(),
            "simulated": outcome.photo.simulated,
        }
    )


def step_event_rows(outcome: ImageOutcome, *, run_id: str, spec_name: str, version: int) -> list[Row]:
    """The steps, checks and writers that made a result; none for a reused one, whose events are stored."""
    if outcome.reused:
        return []
    made, identity, rows = outcome.computation, result_id(outcome, version=version), []
    for position, event in enumerate(made.events):
        started_at = _utc(event.started_at, "started_at")
        rows.append(
            _plain(
                {
                    "row_key": key(identity, position),
                    "position": position,
                    "result_id": identity,
                    "run_id": run_id,
                    "set_id": outcome.photo.set_id,
                    "image_id": outcome.photo.image_id,
                    "result_key": made.result_key,
                    "spec_name": spec_name,
                    "kind": event.kind,
                    "name": event.name,
                    "started_at": started_at,
                    "day": started_at.date(),
                    "seconds": event.seconds,
                    "core_seconds": event.core_seconds,
                    "outcome": event.outcome,
                    "error": event.error,
                    "simulated": outcome.photo.simulated,
                }
            )
        )
    return rows


def review_row(review: Review) -> Row:
    """A person's verdict."""
    reviewed_at = _utc(review.reviewed_at, "reviewed_at")
    return _plain(
        {
            "row_key": review.review_id,
            "review_id": review.review_id,
            "set_id": review.set_id,
            "image_id": review.image_id,
            "result_id": review.result_id,
            "version": review.version,
            "reviewer": review.reviewer,
            "reviewed_at": reviewed_at,
            "day": reviewed_at.date(),
            "verdict": review.verdict,
            "reasons": list(review.reasons),
            "actions": list(review.actions),
            "pixels_changed": review.pixels_changed,
            "active_seconds": review.active_seconds,
            "usable": review.usable,
            "source": review.source,
            "simulated": review.simulated,
        }
    )


def retraction_row(review_id: str, *, retracted_by: str, retracted_at: datetime, simulated: bool) -> Row:
    """That a verdict was taken back."""
    at = _utc(retracted_at, "retracted_at")
    return _plain(
        {
            "row_key": review_id,
            "review_id": review_id,
            "retracted_by": retracted_by,
            "retracted_at": at,
            "day": at.date(),
            "simulated": simulated,
        }
    )


def run_row(run: Mapping[str, Any]) -> Row:
    """The start of a run."""
    times = {"started_at": _utc(run["started_at"], "started_at")}
    return _plain({**run, **times, "row_key": run["run_id"], "options": _json(run["options"])})


def run_end_row(end: Mapping[str, Any]) -> Row:
    """The end of a run, or of one sitting of it."""
    ended_at = _utc(end["ended_at"], "ended_at")
    return _plain({**end, "ended_at": ended_at, "row_key": key(end["run_id"], ended_at)})


def distinct(rows: Iterable[Row]) -> list[Row]:
    """One row per key, the first of each."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row["row_key"], row)
    return list(found.values())


def _work(outcome: ImageOutcome) -> Row:
    events = () if outcome.reused else outcome.computation.events
    if not events:
        return {"started_at": None, "ended_at": None, "core_seconds": None}
    starts = [_utc(event.started_at, "started_at") for event in events]
    ends = [start + timedelta(seconds=event.seconds) for start, event in zip(starts, events, strict=True)]
    return {
        "started_at": min(starts),
        "ended_at": max(ends),
        "core_seconds": sum(event.core_seconds for event in events),
    }


def _check(check) -> Row:
    worst_x, worst_y = check.worst_xy or (None, None)
    return {
        "check": check.check,
        "value": check.value,
        "unit": check.unit,
        "limit": check.limit,
        "better": check.better,
        "passed": check.passed,
        "reason": check.reason,
        "worst_x": worst_x,
        "worst_y": worst_y,
    }


def _utc(moment: datetime | None, name: str) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise LakeError(f"the time {moment.isoformat()} has no zone", where=name, allowed="a time with its zone")
    return moment.astimezone(UTC)


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(_plain(dict(values)), ensure_ascii=False, allow_nan=False, sort_keys=True)


def _plain(value: Any) -> Any:
    """Python's own types, finite numbers, valid text."""
    if type(value) in _PLAIN_ALREADY:  # most values are: a run's rows have millions of them
        return value
    if type(value) is str and value.isascii() and "\0" not in value:
        return value
    if isinstance(value, str):
        # NUL ends a text in SQLite and PostgreSQL; a lone surrogate stands for a byte that is not UTF-8
        try:
            encoded = value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # a surrogate that stands for no byte
            encoded = value.encode("utf-8", "surrogatepass")
        return encoded.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
    if isinstance(value, Mapping):
        return {_plain(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if hasattr(value, "item"):  # a NumPy scalar
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
