"""A result as the lake holds it, turned back into records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.domain.records import Artefact, CheckResult, Computation, LaneDecision, Reason, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResult:
    """What was decided for an image and which files carry it (``delivered`` relative to the workspace)."""

    result_id: str
    set_id: str
    image_id: str
    version: int
    made_at: datetime
    status: Status
    decision: LaneDecision
    delivered: tuple[str, ...]


def stored_result(row: Mapping[str, Any]) -> StoredResult:
    """A row of ``results`` that was routed."""
    decision = LaneDecision(
        reasons=tuple(Reason(**why) for why in row["reasons"] or ()), **{name: row[name] for name in _DECISION}
    )
    return StoredResult(
        decision=decision, delivered=tuple(row["delivered"] or ()), **{name: row[name] for name in _RESULT}
    )


_DECISION = (
    "lane",
    "risk",
    "risk_calibrated",
    "max_risk",
    "audit_sample",
    "inclusion_probability",
    "hold",
    "policy_name",
    "policy_version",
    "policy_hash",
    "routing_key",
)
_RESULT = ("result_id", "set_id", "image_id", "version", "made_at", "status")


def computation(row: Mapping[str, Any]) -> Computation:
    """The computation a stored result rests on, without its events."""
    checks = tuple(
        CheckResult(
            check=check["check"],
            value=check["value"],
            unit=check["unit"],
            limit=check["limit"],
            better=check["better"],
            passed=check["passed"],
            reason=check["reason"],
            worst_xy=None if check["worst_x"] is None else (check["worst_x"], check["worst_y"]),
        )
        for check in row["checks"] or ()
    )
    return Computation(
        **{name: row[name] for name in _COMPUTATION_SCALARS},
        geometry=None if row["geometry"] is None else tuple(row["geometry"]),
        attributes=json.loads(row["attributes"] or "{}"),
        checks=checks,
        artefacts=tuple(Artefact(**file) for file in row["artefacts"] or ()),
    )


_COMPUTATION_SCALARS = (
    "result_key",
    "photo_hash",
    "spec_hash",
    "outcome",
    "made_at",
    "failure_kind",
    "failure_reason",
    "failure_step",
    "engine",
    "width_px",
    "height_px",
    "peak_memory_bytes",
)
