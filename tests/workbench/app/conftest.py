"""A small lake of made-up records over real files, so that the app's queries and routes have something to read."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.store import Store
from workbench import lake
from workbench.app import data
from workbench.domain.records import (
    CheckResult,
    Computation,
    ImageOutcome,
    LaneDecision,
    Photo,
    Reason,
    StepEvent,
)


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """Streamlit's script tests leave their script behind as ``__main__``; processes started later would begin with it."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LANES = ("auto", "check", "manual", "senior", None)  # the last one is refused
SHAPE = (40, 30)


def outcome(folder: Path, n: int, *, category: str | None = "apparel") -> ImageOutcome:
    """The n-th image: its photo is a real file, its lane follows from n."""
    lane = LANES[n % len(LANES)]
    path = folder / f"photo_{n}.png"
    Image.fromarray(np.full((*SHAPE, 3), 10 * n, np.uint8)).save(path)
    photo_hash = hashlib.sha256(path.read_bytes()).hexdigest()
    photo = Photo(
        set_id="set", image_id=f"image_{n}", sku=f"SKU-{9 - n}", path=str(path), relative_path=path.name,
        category=category, deadline=START + timedelta(days=n) if lane else None,
    )  # fmt: skip
    store = Store(folder / "workspace")
    files = [store.put("600.jpg", path.read_bytes()), store.put("alpha.png", path.read_bytes())] if lane else []
    computation = Computation(
        result_key=f"key-{n}", photo_hash=photo_hash, spec_hash="spec", outcome="done" if lane else "refused",
        made_at=START + timedelta(seconds=n), failure_kind=None if lane else "PhotoRefused",
        failure_reason=None if lane else "the photo is truncated", failure_step=None if lane else "load_image",
        width_px=SHAPE[1], height_px=SHAPE[0], geometry=(1, 0, 0, 0, 1, 0, 0, 0, 1),
        attributes={"preparation.complexity": 10.0 * n, "preparation.expected_minutes": 2.0 * n} if lane else {},
        checks=(
            CheckResult(check="halo_width", value=1.0 + n, unit="px", limit=2.0, passed=n < 1, worst_xy=(3, 4)),
            CheckResult(check="colour_spill", value=None, unit="CIELAB units", limit=4.0, reason="no soft edge"),
        ) if lane else (),
        artefacts=tuple(files),
        events=(
            StepEvent(
                kind="step", name="load_image", started_at=START + timedelta(seconds=n), seconds=0.5, core_seconds=0.5,
                outcome="done",
            ),
        ),
    )  # fmt: skip
    decision = None
    if lane:
        decision = LaneDecision(
            lane=lane, reasons=(Reason(rule="r", lane=lane, words=f"because {n}"),), risk=0.1 * n, risk_calibrated=False,
            max_risk=0.2, audit_sample=False, inclusion_probability=1.0, hold=False, policy_name="first",
            policy_version=1, policy_hash="p", routing_key=f"route-{n}",
        )  # fmt: skip
    return ImageOutcome(photo=photo, computation=computation, decision=decision, delivered=(), reused=False)


def append(workspace: Path, outcomes: list[ImageOutcome], run_id: str) -> None:
    """Store a finished run."""
    with lake.open(workspace) as store:
        store.append_run(
            run_id=run_id, set_id="set", source="here", spec_name="marketplace_white", spec_hash="spec",
            started_at=START, policy_name="first", policy_version=1, policy_hash="p", images_expected=len(outcomes),
            options={"set_name": "sample"},
        )  # fmt: skip
        store.append_images([made.photo for made in outcomes])
        store.append_results(outcomes, run_id=run_id, spec_name="marketplace_white")
        store.append_run_end(run_id=run_id, ended_at=START + timedelta(minutes=1), outcome="finished")


def look_at(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the app's reader at a workspace, with nothing remembered."""
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(workspace))
    data.settings.cache_clear()
    data._kept.clear()


def six(folder: Path) -> list[ImageOutcome]:
    """Two images in auto, one in each other lane, one refused; stored as run-1."""
    outcomes = [outcome(folder, n, category="glassware" if n == 3 else "apparel") for n in range(6)]
    append(folder / "workspace", outcomes, "run-1")
    return outcomes


@pytest.fixture(scope="session")
def _shared(tmp_path_factory) -> tuple[Path, list[ImageOutcome]]:
    folder = tmp_path_factory.mktemp("shared")
    return folder, six(folder)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty workspace that the app's reader looks at."""
    look_at(tmp_path / "workspace", monkeypatch)
    yield tmp_path / "workspace"
    data.settings.cache_clear()


@pytest.fixture
def own(workspace: Path, tmp_path: Path) -> list[ImageOutcome]:
    """Six images in a workspace that the test may change."""
    return six(tmp_path)


@pytest.fixture
def filled(_shared: tuple[Path, list[ImageOutcome]], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ImageOutcome]]:
    """The same six images in a workspace that all tests share: only to be read."""
    look_at(_shared[0] / "workspace", monkeypatch)
    yield _shared[1]
    data.settings.cache_clear()
