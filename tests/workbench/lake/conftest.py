"""Records to put into a lake; also used by worker.py, which the tests run as processes of their own."""

import shutil
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from workbench import lake, settings
from workbench.domain.records import (
    Artefact,
    CheckResult,
    Computation,
    ImageOutcome,
    LaneDecision,
    Photo,
    Reason,
    Review,
    StepEvent,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENTS = 3  # of every outcome made here


def photo(image_id="i1", **changes):
    values = {"sku": f"sku-{image_id}", "path": f"/photos/{image_id}.jpg", "relative_path": f"{image_id}.jpg"}
    return Photo(**{"set_id": "set", "image_id": image_id, "category": "apparel", **values, **changes})


def computation(image_id="i1", **changes):
    values = {
        "result_key": f"result-{image_id}",
        "photo_hash": f"hash-{image_id}",
        "spec_hash": "spec-hash",
        "outcome": "done",
        "made_at": NOON + timedelta(seconds=9),
        "engine": "classical",
        "width_px": 1500,
        "height_px": 2000,
        "geometry": (1.0, 0.0, -12.5, 0.0, 1.0, 1e-17, 0.0, 0.0, 1.0),
        "attributes": {"matte.unknown_share": 0.125, "preparation.neutral": True, "note": None, "format": "JPEG"},
        "checks": (
            CheckResult(check="halo_width", value=1.5, unit="px", limit=2.0, passed=True, worst_xy=(3, 4)),
            CheckResult(check="colour_spill", value=None, unit="share", better="lower", reason="no soft edge"),
        ),
        "artefacts": (Artefact(suffix="psd", path="artefacts/ab.psd", sha256="ab", size_bytes=5_000_000_000),),
        "events": tuple(
            StepEvent(
                kind="step",
                name=name,
                started_at=NOON + timedelta(seconds=2 * place),
                seconds=1.5,
                core_seconds=1.25,
                outcome="done",
            )
            for place, name in enumerate(("load_image", "segment_subject", "refine_matte"))
        ),
        "peak_memory_bytes": 6_000_000_000,
    }
    return Computation(**{**values, **changes})


def decision(image_id="i1", **changes):
    values = {
        "lane": "check",
        "reasons": (Reason(rule="risk", lane="check", words="risk 0.30 above 0.20"),),
        "risk": 0.3,
        "risk_calibrated": False,
        "max_risk": 0.2,
        "audit_sample": False,
        "inclusion_probability": 1.0,
        "hold": False,
        "policy_name": "default",
        "policy_version": 1,
        "policy_hash": "policy-hash",
        "routing_key": f"routing-{image_id}",
    }
    return LaneDecision(**{**values, **changes})


def outcome(image_id="i1", *, reused=False, routed=True, photo_changes=None, decided=None, **changes):
    made = computation(image_id, **changes)
    return ImageOutcome(
        photo=photo(image_id, **(photo_changes or {})),
        computation=made,
        decision=decision(image_id, **(decided or {})) if routed and made.outcome == "done" else None,
        delivered=(f"delivery/{image_id}.psd",),
        reused=reused,
    )


def review(review_id="v1", *, image_id="i1", result_id, verdict="approved", **changes):
    values = {"set_id": "set", "version": 1, "reviewer": "ann", "reviewed_at": NOON + timedelta(hours=1)}
    values |= {"review_id": review_id, "image_id": image_id, "result_id": result_id, "verdict": verdict}
    return Review(**{**values, **changes})


@pytest.fixture
def make():
    """The builders above."""
    builders = {"photo": photo, "computation": computation, "decision": decision, "outcome": outcome, "review": review}
    return SimpleNamespace(**builders, NOON=NOON, EVENTS=EVENTS)


@pytest.fixture
def workspace(tmp_path):
    return tmp_path / "ws"


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """An empty lake to copy: making one takes longer than most tests."""
    made = tmp_path_factory.mktemp("empty") / "ws"
    with lake.open(made):
        pass
    return made


@pytest.fixture
def store(workspace, made_once):
    shutil.copytree(made_once, workspace)
    with lake.open(workspace) as opened:
        yield opened


@pytest.fixture
def hasty():
    """Opens a lake whose user does not wait long for others."""

    def open_hasty(workspace, **how):
        return lake.open(settings.load({"WORKBENCH_LAKE_WAIT_S": "0.3"}, workspace=workspace), **how)

    return open_hasty
