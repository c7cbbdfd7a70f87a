"""What figures count on is what the records say: under every filter and every two, made in memory or stored."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from workbench import lake, metrics
from workbench.cli_aggregates import aggregates_app
from workbench.lake import aggregates

from .busy_lake import Batch, every_filter_and_pair, fill_busy

HERE, DAY = Path(__file__).parent, timedelta(days=1)
LISTS = (("newest", True), ("lane", False))
PAGE = ("counts", "waiting", "choices")  # the overview page's own queries


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
    for filters in (f for f in every_filter_and_pair(monday) if pairs or len(f) < 2):
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


def test_of_very_many_images_quantiles_are_within_a_hundredth_and_counts_are_exact(busy, monday):
    asked = {"target_hours": 30.0, "work_zone": "Europe/Berlin", "work_start_s": 32_400, "work_end_s": 61_200,
             "work_days": [0, 1, 2, 3, 4], "include_simulated": False}  # fmt: skip
    names = ("turnaround", "weekly", "throughput_per_hour", "overview")
    exact = {name: metrics.report(busy, name, asked) for name in names}
    busy._mine().execute((HERE / "very_many.sql").read_text())
    try:
        rounded = {name: metrics.report(busy, name, asked) for name in names}
    finally:
        busy._mine().execute((Path(lake.__file__).parent / "counted.sql").read_text())
    of_time = {"throughput_per_hour": ["busy_hours", "images_per_hour"], "overview": ["images_per_hour"]}
    for name in names:
        loose = [column for column in exact[name].columns if column.startswith("p") and column.endswith("_hours")]
        left_out = loose + of_time.get(name, [])
        assert_frame_equal(rounded[name].drop(left_out), exact[name].drop(left_out), rel_tol=1e-9, abs_tol=0.0)
        assert_frame_equal(rounded[name].select(loose), exact[name].select(loose), rel_tol=0.01, abs_tol=0.0)
    assert rounded["turnaround"]["p95_hours"].max() != exact["turnaround"]["p95_hours"].max(), "it really rounds"
    more = rounded["throughput_per_hour"]["busy_hours"] - exact["throughput_per_hour"]["busy_hours"]
    assert more.min() >= 0 and more.max() < 1, "at most the pauses inside the minutes in which work began"


def test_stored_facts_are_the_records_also_after_late_rows(busy, monday):
    before = {name: metrics.report(busy, name) for name in metrics.catalogue()}
    assert aggregates.rebuild(busy) == 3
    assert aggregates.differences(busy).height == 0
    of_now = ["p50_hours", "p90_hours", "oldest_hours"]  # the queue's: they grow while we look
    for name, rows in before.items():
        left_out = of_now if name == "queue_age" else []
        tolerance = 0.01 if name in ("seconds_per_step", "check_flags") else 1e-9
        found = metrics.report(busy, name).drop(left_out)
        assert_frame_equal(found, rows.drop(left_out), rel_tol=tolerance, abs_tol=0.0)
    add(busy, images=6, first=36, seed=2)  # other results of four images, and two new ones
    assert wrongly_counted(busy, monday) == {}, "touched images and days are read beside the stored ones"
    assert aggregates.refresh(busy) == 6
    assert aggregates.refresh(busy) == 0, "nothing to do a second time"
    assert aggregates.differences(busy).height == 0
    assert wrongly_counted(busy, monday, pairs=True) == {}


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
    assert {"images", "verdicts", "steps", "checks"} <= set(aggregates.differences(busy)["table"])
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
