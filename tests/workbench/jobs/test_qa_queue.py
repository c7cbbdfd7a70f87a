"""The queue's order, its filters, and claims: nobody is given what another has on the screen."""

from datetime import timedelta

import pytest

from tests.benchmarks.simulated_lake import RUN_ID, SET_ID, START, fill
from workbench import lake
from workbench.domain.errors import UsageError
from workbench.jobs.qa_queue import (
    ImageTaken,
    NothingToJudge,
    QueueFilters,
    list_queue,
    next_images,
    queue_counts,
    release,
    renew,
    take_image,
)
from workbench.lake.desk import CLAIM_S, Desk

ALL = QueueFilters(whats=("review", "audit", "correct"), include_simulated=True)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    workspace = tmp_path_factory.mktemp("filled") / "ws"
    fill(workspace, 300, judged=0.2)
    return workspace


@pytest.fixture
def store(filled):
    with lake.open(filled, read_only=True) as opened:
        yield opened


@pytest.fixture
def clock():
    """A clock to be moved by hand."""
    now = [1_000_000.0]

    def tell():
        return now[0]

    tell.move = lambda seconds: now.__setitem__(0, now[0] + seconds)
    return tell


@pytest.fixture
def desk(store, clock):
    made = Desk(store.settings, now=clock)
    yield made
    for claim in made.claims():
        made.release([claim.key], holder=claim.holder)


def urgency(row):
    far = START + timedelta(days=999)
    high = row["campaign_tier"] != "high_value"
    return row["deadline"] or far, high, -row["risk"], row["received_at"], row["image_id"]


def test_deadline_then_tier_then_risk_then_the_longest_waiting(store):
    rows = list_queue(store, ALL, limit=1000).to_dicts()
    assert rows == sorted(rows, key=urgency)
    assert {row["total"] for row in rows} == {len(rows)}
    pages = [list_queue(store, ALL, limit=50, offset=at)["image_id"].to_list() for at in range(0, len(rows), 50)]
    assert [image_id for page in pages for image_id in page] == [row["image_id"] for row in rows]


def test_what_waits_follows_from_lane_sample_and_verdict(store):
    outcomes = store.images(limit=1000, include_simulated=True)
    waiting = {row["image_id"]: row["what"] for row in list_queue(store, ALL, limit=1000).to_dicts()}
    for row in outcomes.iter_rows(named=True):
        judged = store.reviews_of(SET_ID, row["image_id"])["verdict"].to_list()
        if judged:
            expected = "correct" if judged == ["rework"] else None
        elif row["lane"] == "auto":
            expected = "audit" if row["audit_sample"] else None
        else:
            expected = "review"
        assert waiting.get(row["image_id"]) == expected


def test_counts_agree_with_the_list_under_every_filter(store):
    for filters in (
        ALL,
        QueueFilters(whats=ALL.whats, include_simulated=True, lane="manual"),
        QueueFilters(whats=ALL.whats, include_simulated=True, category="apparel", brand="Aldine"),
        QueueFilters(whats=ALL.whats, include_simulated=True, set_id=SET_ID, run_id=RUN_ID),
        QueueFilters(whats=ALL.whats, include_simulated=True, run_id="another"),
    ):
        rows, counts = list_queue(store, filters, limit=1000), queue_counts(store, filters)
        assert counts["images"].sum() == rows.height
        for row in counts.iter_rows(named=True):
            of = rows.filter((rows["what"] == row["what"]) & (rows["lane"] == row["lane"]))
            assert (of.height, of["deadline"].min(), of["received_at"].min()) == (
                row["images"], row["nearest_deadline"], row["oldest_at"],
            )  # fmt: skip


def test_simulated_images_wait_only_when_asked_for(store):
    assert list_queue(store).is_empty() and queue_counts(store).is_empty()


def test_an_unknown_kind_is_refused(store):
    with pytest.raises(UsageError, match="allowed: review, audit, correct"):
        list_queue(store, QueueFilters(whats=("reveiw",)))


def test_two_people_get_different_images_and_keep_their_own(store, desk):
    urgent = list_queue(store, ALL, limit=6)["image_id"].to_list()
    ann = next_images(store, desk, "ann", "1", ALL, 3)
    bea = next_images(store, desk, "bea", "1", ALL, 3)
    assert [item.image_id for item in (*ann, *bea)] == urgent
    assert next_images(store, desk, "ann", "1", ALL, 3) == ann  # asked again: the same ones
    assert [i.image_id for i in next_images(store, desk, "ann", "2", ALL, 1)] == [
        list_queue(store, ALL, limit=7)["image_id"][6]
    ]
    item = ann[0]
    assert item.row["result_id"] == item.result_id and item.row["checks"] and item.key == f"{SET_ID}/{item.image_id}"


def test_claims_run_out_unless_renewed_and_can_be_given_back(store, desk, clock):
    first, second = next_images(store, desk, "ann", "1", ALL, 2)
    clock.move(CLAIM_S * 0.9)
    assert renew(desk, [first], "ann", "1") == [first.key]
    clock.move(CLAIM_S * 0.9)
    (taken,) = next_images(store, desk, "bea", "1", ALL, 1)
    assert taken.image_id == second.image_id  # the first is still ann's
    assert renew(desk, [first, second], "ann", "1") == [first.key]
    release(desk, [first], "ann")
    assert take_image(store, desk, SET_ID, first.image_id, "bea").image_id == first.image_id


def test_one_opens_an_image_by_its_name_and_hears_who_has_it(store, desk):
    (item,) = next_images(store, desk, "ann", "1", ALL, 1)
    with pytest.raises(ImageTaken, match="ann has this image") as refused:
        take_image(store, desk, SET_ID, item.image_id, "bea")
    assert refused.value.holder == "ann"
    assert take_image(store, desk, SET_ID, item.image_id, "ann", "other tab") == item
    with pytest.raises(NothingToJudge):
        take_image(store, desk, SET_ID, "nobody", "bea")
    assert [claim.key for claim in desk.claims()] == [item.key]
    done = store.images(limit=1000, include_simulated=True, state="approved")["image_id"][0]
    seen = take_image(store, desk, SET_ID, done, "bea")
    assert (seen.what, seen.state) == (None, "approved") and seen.review_id
