"""A small lake whose figures can be counted on two hands."""

import shutil
from contextlib import ExitStack
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
        set_id="spring", deadline=None, tier="standard", audit=False, hold=False, version=1, brand=None, channel=None,
        engine=None, received_at=None, probability=0.1, policy_version=1, sku=None,
    ):  # fmt: skip
        """One image of a run; the outcome, to review it."""
        photo = Photo(
            set_id=set_id, image_id=image_id, sku=sku or f"sku-{image_id}", path=f"/{image_id}.jpg",
            relative_path=f"{image_id}.jpg", category=category, deadline=deadline, campaign_tier=tier,
            simulated=simulated, brand=brand, channel=channel, received_at=received_at,
        )  # fmt: skip
        made = Computation(
            result_key=f"{spec}-{image_id}", photo_hash=image_id, spec_hash=spec, outcome=outcome, made_at=at,
            failure_kind=failure[0], failure_step=failure[1], failure_reason=failure[2], events=tuple(events),
            checks=tuple(checks), peak_memory_bytes=None, engine=engine,
        )  # fmt: skip
        decided = lane and LaneDecision(
            lane=lane, reasons=(Reason(rule="r", lane=lane, words="w"),), risk=None, risk_calibrated=False,
            max_risk=None, audit_sample=audit, inclusion_probability=probability, hold=hold, policy_name=policy,
            policy_version=policy_version, policy_hash=policy, routing_key=f"{policy}-{policy_version}-{spec}-{image_id}",
        )  # fmt: skip
        row = ImageOutcome(photo=photo, computation=made, decision=decided, delivered=(), reused=reused)
        self.store.append_images([photo], seen_at=at)
        self.store.append_results([row], run_id=run, spec_name=spec, recorded_at=at, version=version)
        return row

    def verdict(self, outcome, verdict, *, at, version=1, reasons=(), **said):
        """A person's verdict on it."""
        review = Review(
            review_id=f"{outcome.photo.image_id}-{at.isoformat()}", set_id=outcome.photo.set_id,
            image_id=outcome.photo.image_id, result_id=result_id(outcome, version=version), version=version,
            reviewed_at=at, verdict=verdict, simulated=outcome.photo.simulated, reasons=tuple(reasons),
            **{"reviewer": "ann"} | said,
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


@pytest.fixture(scope="session")
def shared(made_once, tmp_path_factory):
    """Open lakes that every test may read and none may change, by name: empty, week, nulls."""
    with ExitStack() as stack:

        def opened(name, fill):
            target = tmp_path_factory.mktemp("shared") / name
            made_once(name, target, fill)
            return stack.enter_context(lake.open(target, read_only=True))

        yield {
            "empty": opened("empty", lambda book: None), "week": opened("week", fill_week),
            "nulls": opened("nulls", fill_nulls),
        }  # fmt: skip


def fill_nulls(book):
    """Rows in which everything that may be NULL is."""
    book.image("x", category=None, outcome="failed")
    y = book.image("y", category=None, lane="check", checks=[book.check("halo_width", None, passed=None)])
    book.verdict(y, "rework", at=MONDAY)
    book.image("z", category=None, lane="auto", audit=True)


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
