"""A small lake whose figures can be counted on two hands."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from workbench import lake, metrics
from workbench.domain.records import (
    CheckResult,
    Computation,
    ImageOutcome,
    LaneDecision,
    Photo,
    Reason,
    Review,
    StepEvent,
)
from workbench.lake.rows import result_id

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


class Book:
    """Writes what happened into a lake, in as few words as a test needs."""

    def __init__(self, store):
        self.store = store

    def event(self, name, start, seconds, *, core=1.0, kind="step", outcome="done"):
        return StepEvent(
            kind=kind, name=name, started_at=start, seconds=seconds, core_seconds=core, outcome=outcome, error=None
        )

    def image(
        self, image_id, *, lane=None, run="run-1", at=MONDAY, policy="first", spec="white", category="apparel",
        outcome="done", failure=(None, None, None), events=(), checks=(), reused=False, simulated=False,
        set_id="spring", deadline=None, tier="standard", audit=False, hold=False, version=1,
    ):  # fmt: skip
        """One image of a run; the outcome, to review it."""
        photo = Photo(
            set_id=set_id, image_id=image_id, sku=f"sku-{image_id}", path=f"/{image_id}.jpg",
            relative_path=f"{image_id}.jpg", category=category, deadline=deadline, campaign_tier=tier,
            simulated=simulated,
        )  # fmt: skip
        made = Computation(
            result_key=f"{spec}-{image_id}", photo_hash=image_id, spec_hash=spec, outcome=outcome, made_at=at,
            failure_kind=failure[0], failure_step=failure[1], failure_reason=failure[2], events=tuple(events),
            checks=tuple(checks), peak_memory_bytes=None,
        )  # fmt: skip
        decided = lane and LaneDecision(
            lane=lane, reasons=(Reason(rule="r", lane=lane, words="w"),), risk=None, risk_calibrated=False,
            max_risk=None, audit_sample=audit, inclusion_probability=0.1, hold=hold, policy_name=policy,
            policy_version=1, policy_hash=policy, routing_key=f"{policy}-{spec}-{image_id}",
        )  # fmt: skip
        row = ImageOutcome(photo=photo, computation=made, decision=decided, delivered=(), reused=reused)
        self.store.append_images([photo], seen_at=at)
        self.store.append_results([row], run_id=run, spec_name=spec, recorded_at=at, version=version)
        return row

    def verdict(self, outcome, verdict, *, at, version=1, reasons=()):
        """A person's verdict on it."""
        review = Review(
            review_id=f"{outcome.photo.image_id}-{at.isoformat()}", set_id=outcome.photo.set_id,
            image_id=outcome.photo.image_id, result_id=result_id(outcome, version=version), version=version,
            reviewer="ann", reviewed_at=at, verdict=verdict, simulated=outcome.photo.simulated,
            reasons=tuple(reasons),
        )  # fmt: skip
        self.store.append_reviews([review])

    def check(self, name, value, *, passed):
        return CheckResult(check=name, value=value, unit="px", limit=2.0, passed=passed)


@pytest.fixture
def monday():
    return MONDAY


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """Workspaces by name, made once and copied for every test: a lake can be moved."""
    made = {}

    def copy(name, target, fill):
        if name not in made:
            made[name] = tmp_path_factory.mktemp(name) / "ws"
            with lake.open(made[name]) as store:
                fill(Book(store))
        shutil.copytree(made[name], target)

    return copy


@pytest.fixture
def store(request, tmp_path, made_once):
    """A lake in which nothing was run, or the week when a test asks for that."""
    name, fill = ("week", fill_week) if "week" in request.fixturenames else ("empty", lambda book: None)
    made_once(name, tmp_path / "ws", fill)
    with lake.open(tmp_path / "ws") as store:
        yield store


@pytest.fixture
def book(store):
    return Book(store)


@pytest.fixture
def report(store):
    """Rows of a metric as dicts."""
    return lambda name, **filters: metrics.report(store, name, filters).to_dicts()


@pytest.fixture
def week(book):
    """The lake as `fill_week` left it."""
    return book


def fill_week(book):
    """Eight real images and a simulated one, over two runs; the comments say where each stands in the end."""
    day, tuesday = timedelta(days=1), MONDAY + timedelta(days=1)
    book.image("a", lane="auto")  # published, nobody looked
    b = book.image("b", lane="auto", audit=True)
    book.verdict(b, "approved", at=tuesday)  # published, then seen
    c = book.image("c", lane="auto", category="sheer")
    book.verdict(c, "rejected", at=tuesday)  # published, then a rejection arrived
    book.image("d", lane="check", deadline=MONDAY + day, tier="high_value")  # queued
    book.image("e", outcome="refused", failure=("PhotoRefused", "load_image", "animated"))  # refused
    book.image("f", outcome="failed", failure=("Timeout", None, "over 60 s"))
    book.image("f", run="run-2", at=tuesday, lane="manual")  # tried again: queued
    g = book.image("g", lane="check")
    book.verdict(g, "rework", at=tuesday)
    book.verdict(g, "approved", at=tuesday + day)  # approved at the second look
    book.image("h", lane="auto")
    book.image("h", run="run-2", at=tuesday, lane="senior", policy="second", reused=True)  # sent elsewhere: queued
    z = book.image("z", lane="auto", simulated=True, set_id="simulated", category="sheer")
    book.verdict(z, "rework", at=tuesday)
