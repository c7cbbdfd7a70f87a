"""What figures count on is what the records say: under every filter and every two, made in memory or stored."""

import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from workbench import lake, metrics
from workbench.cli_aggregates import aggregates_app
from workbench.lake import aggregates
from workbench.lake.statements import statement

from .busy_lake import Batch, every_filter_and_pair, fill_busy

HERE, DAY = Path(__file__).parent, timedelta(days=1)
LISTS = (("newest", True), ("lane", False), ("sku", True))
PAGE = ("counts", "waiting", "choices")  # the overview page's own queries
BY_DAY = (
    "overview", "throughput_per_hour", "turnaround", "weekly", "cost_volumes", "first_pass_yield", "escape_rate",
    "rework_rate", "rework_by_round", "review_reasons", "touch_minutes", "audit_results",
    "failure_reasons",
)  # fmt: skip
# one for each way of counting by day
EACH = ("turnaround", "cost_volumes", "escape_rate", "failure_reasons", "touch_minutes")
QUANTILES_OF = ("turnaround", "weekly", "touch_minutes")  # figures with quantiles of what is counted by day
LOOSE = ("p50_hours", "p90_hours", "p95_hours", "median_minutes", "p95_minutes")
SHOP = {
    "target_hours": 30.0, "work_zone": "Europe/Berlin", "work_start_s": 30_600, "work_end_s": 61_200,
    "work_days": [0, 1, 2, 3, 4],
}  # fmt: skip


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A busy lake in which nothing is stored for figures yet."""
    with lake.open(tmp_path_factory.mktemp("busy") / "ws") as store:
        add(store)
        yield store


def add(store, **how):
    from .conftest import MONDAY, Book

    batch = Batch(store)
    fill_busy(Book(batch), MONDAY, **how)
    batch.store_all()


def wrongly_counted(store, monday, *, pairs=False):
    """Where figures do not count what plain queries do, by filters."""
    store._mine().execute((HERE / "plain.sql").read_text())
    found = {}
    single = [f for f in every_filter_and_pair(monday) if len(f) < 2]
    several = [f for f in every_filter_and_pair(monday) if len(f) == 2][::3]
    for filters in several if pairs else single:
        rows = store.query(HERE / "plain_differences.sql", filters).rows()[:3]
        days = store.query(HERE / "plain_days.sql", filters)
        if rows or not (steps_are(store, days, filters) and checks_are(store, days, filters)):
            found[tuple(filters)] = rows
        for name in PAGE if len(filters) < 2 else ():
            if store.query(f"{'' if name == 'choices' else 'app_'}{name}", filters).rows() != (
                plain := store.query(HERE / f"plain_{name}.sql", filters).rows()
            ):
                found[name, *filters] = plain
        for sort, down in LISTS if len(filters) < 2 else ():
            asked = {**filters, "sort": sort, "down": down, "skip": 3, "take": 20, "lanes": ["auto", "check"]}
            asked["search"] = "-I1" if sort == "sku" else None
            pages = [store.query(name, asked) for name in ("app_images", "app_images_counted")]
            if not pages[0].equals(pages[1]):
                found[sort, *filters] = pages
    return found


def steps_are(store, plain, filters):
    said = metrics.report(store, "seconds_per_step", filters).rows(named=True)
    told = {f"{row['kind']} {row['name']}": row for row in said}
    want = {row["name"]: row for row in plain.rows(named=True) if row["what"] == "step"}
    return told.keys() == want.keys() and all(
        (told[name]["images"], told[name]["failed"]) == (row["images"], row["failed"])
        and told[name]["total_core_seconds"] == pytest.approx(row["total"], rel=1e-9)
        and told[name]["median_seconds"] == pytest.approx(row["median"], rel=0.01)
        and told[name]["p95_seconds"] == pytest.approx(row["p95"], rel=0.01)
        for name, row in want.items()
    )


def checks_are(store, plain, filters):
    told = {row["check"]: row for row in metrics.report(store, "check_flags", filters).rows(named=True)}
    want = {row["name"]: row for row in plain.rows(named=True) if row["what"] == "check"}
    return told.keys() == want.keys() and all(
        (told[name]["images"] or 0, told[name]["abstained"]) == (row["images"], row["total"])
        and (told[name]["flagged"] or 0) == (row["failed"] if row["images"] else 0)
        and told[name]["median_value"] == (None if row["median"] is None else pytest.approx(row["median"], rel=0.01))
        for name, row in want.items()
    )


def test_facts_in_memory_are_the_records(busy, monday):
    assert wrongly_counted(busy, monday) == {}
    assert wrong_hours(busy, monday) == []


def by_day_is_not_one_by_one(store, monday, *, asked_for=None):
    """Figures on what is counted by day that differ from the same figures counted result by result, by filters."""
    found = {}
    for filters in asked_for or (f for f in every_filter_and_pair(monday) if len(f) < 2):
        for name in EACH if filters else BY_DAY:
            asked = filters | SHOP if name == "turnaround" else filters
            counted = metrics.report(store, name, asked)
            assert store.image_days_are in ("kept", "beside")
            store._mine().execute(statement("image_days_single"))
            try:
                single = metrics.report(store, name, asked)
            finally:
                store._mine().execute(statement(f"image_days_{store.image_days_are}"))
            loose = [name for name in LOOSE if name in single.columns]
            try:
                assert_frame_equal(counted.drop(loose), single.drop(loose), rel_tol=1e-9, abs_tol=1e-12)
                assert_frame_equal(counted.select(loose), single.select(loose), rel_tol=0.01, abs_tol=0.0)
            except AssertionError as unlike:
                found[name, *filters] = str(unlike)[:300]
    return found


def hours_of_work(store, filters):
    """Busy seconds and finished images by hour, second by second from the records: the oracle for throughput."""
    busy, finished = {}, Counter()
    for begun, ended in store.query(HERE / "plain_work.sql", filters).rows():
        finished[ended.replace(minute=0, second=0, microsecond=0)] += 1
        tenth = round(begun.timestamp() * 10)
        while tenth < round(ended.timestamp() * 10):
            busy.setdefault(datetime.fromtimestamp(tenth // 36_000 * 3_600, UTC), set()).add(tenth)
            tenth += 1
    return {hour: (finished[hour], round(len(busy.get(hour, ())) / 10, 1)) for hour in {*busy, *finished}}


def wrong_hours(store, monday):
    """Filters under which throughput is not what the records say, second by second."""
    return [
        tuple(filters)
        for filters in every_filter_and_pair(monday)
        if len(filters) < 2
        and {
            row["hour"]: (row["images"] or 0, round(row["busy_hours"] * 3600, 1))
            for row in metrics.report(store, "throughput_per_hour", filters).rows(named=True)
        }
        != hours_of_work(store, filters)
    ]


def test_stored_facts_are_the_records_also_after_late_rows(busy, monday):
    before = {name: metrics.report(busy, name) for name in metrics.catalogue()}
    assert aggregates.rebuild(busy) == 3
    assert aggregates.differences(busy).height == 0
    of_now = ["p50_hours", "p90_hours", "oldest_hours"]  # the queue's: they grow while we look
    for name, rows in before.items():
        left_out = of_now if name == "queue_age" else []
        tolerance = 0.01 if name in ("seconds_per_step", "check_flags", *QUANTILES_OF) else 1e-9
        found = metrics.report(busy, name).drop(left_out)
        assert_frame_equal(found, rows.drop(left_out), rel_tol=tolerance, abs_tol=0.0)
    assert by_day_is_not_one_by_one(busy, monday, asked_for=[{}]) == {}
    add(busy, images=6, first=36, seed=2)  # other results of four images, and two new ones
    assert wrongly_counted(busy, monday) == {}, "touched images and days are read beside the stored ones"
    assert by_day_is_not_one_by_one(busy, monday) == {} and wrong_hours(busy, monday) == []
    assert aggregates.refresh(busy) == 6
    assert aggregates.refresh(busy) == 0, "nothing to do a second time"
    assert aggregates.differences(busy).height == 0
    assert wrongly_counted(busy, monday, pairs=True) == {}
    pairs = [f for f in every_filter_and_pair(monday) if len(f) == 2 and {"brand", "engine", "until"} & f.keys()]
    assert by_day_is_not_one_by_one(busy, monday, asked_for=pairs[::6]) == {} and wrong_hours(busy, monday) == []


def test_a_verdict_is_counted_without_a_day_made_anew(busy, monday):
    aggregates.refresh(busy)
    days = busy._mine().execute((HERE / "kept_days.sql").read_text()).fetchall()
    judged = metrics.report(busy, "rework_by_round")["images"].sum()
    review = busy.query(HERE / "a_review.sql").row(0, named=True)
    busy._append({"reviews": [review | {"row_key": "late", "review_id": "late", "reviewed_at": monday + 30 * DAY}]})
    assert metrics.report(busy, "rework_by_round")["images"].sum() == judged + 1
    assert aggregates.refresh(busy) == 1
    assert metrics.report(busy, "rework_by_round")["images"].sum() == judged + 1
    assert busy._mine().execute((HERE / "kept_days.sql").read_text()).fetchall() == days
    assert aggregates.differences(busy).height == 0


def test_what_does_not_fit_the_records_is_found_and_mended(busy):
    def command(name):
        return CliRunner().invoke(aggregates_app, [name, "--workspace", str(busy.settings.workspace)])

    assert command("refresh").output.strip() == "0 images"
    assert command("check").output.strip() == "as the records say"
    busy._mine().execute((HERE / "spoil.sql").read_text())
    assert {"images", "verdicts", "steps", "checks", "image days", "work days", "verdict days"} <= set(
        aggregates.differences(busy)["table"]
    )
    told = command("check")
    assert (told.exit_code, "images of set" in told.output) == (1, True)
    assert command("rebuild").output.strip() == "made anew for 3 sets"
    assert command("check").exit_code == 0


KILLED = """
import os, signal, sys
from workbench import lake
from workbench.lake import aggregates

made, make = [], aggregates._make_set

def make_two(connection, name):
    if made:
        os.kill(os.getpid(), signal.SIGKILL)  # inside the second set's transaction
    made.append(name)
    make(connection, name)

aggregates._make_set = make_two
with lake.open(sys.argv[1]) as store:
    aggregates.rebuild(store)
"""


def test_a_killed_rebuild_leaves_figures_right_and_can_be_done_again(busy):
    aggregates.rebuild(busy)
    before = metrics.report(busy, "approved_share", {"set_id": "spring"})
    killed = subprocess.run([sys.executable, "-c", KILLED, str(busy.settings.workspace)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert busy.query(HERE / "kept_sets.sql").rows() == [("autumn",)], "one set of three is stored"
    assert_frame_equal(metrics.report(busy, "approved_share", {"set_id": "spring"}), before)
    assert aggregates.differences(busy).height == 0, "nothing counts as stored"
    assert aggregates.rebuild(busy) == 3
    assert aggregates.differences(busy).height == 0
    assert_frame_equal(metrics.report(busy, "approved_share", {"set_id": "spring"}), before)
