"""What figures count on is what the records say: under every filter and every two, made in memory or stored."""

from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from workbench import lake, metrics
from workbench.lake import aggregates

from .busy_lake import every_filter_and_pair, fill_busy

HERE = Path(__file__).parent
LISTS = (("newest", True), ("lane", False))
PAGE = ("counts", "waiting", "choices")  # the overview page's own queries


@pytest.fixture(scope="module")
def busy(made_once, tmp_path_factory):
    """A busy lake, kept, with rows that came later."""
    from .conftest import MONDAY, Book

    target = tmp_path_factory.mktemp("busy") / "ws"
    with lake.open(target) as store:
        fill_busy(Book(store), MONDAY)
        yield store


def counted_as_plainly(store, monday):
    """Differences between what is counted and what plain queries give, by filters."""
    store._mine().execute((HERE / "plain.sql").read_text())
    found = {}
    for filters in every_filter_and_pair(monday):
        frame = store.query(HERE / "plain_differences.sql", filters)
        if frame.height:
            found[tuple(filters)] = frame.rows()[:3]
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


def test_facts_in_memory_are_the_records(busy, monday):
    assert counted_as_plainly(busy, monday) == {}


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
    from .conftest import Book

    before = {name: metrics.report(busy, name) for name in metrics.catalogue()}
    assert aggregates.rebuild(busy) == 3
    assert aggregates.differences(busy).height == 0
    for name, rows in before.items():
        of_now = ["p50_hours", "p90_hours", "oldest_hours"] if name == "queue_age" else []  # they grow while we look
        assert_frame_equal(metrics.report(busy, name).drop(of_now), rows.drop(of_now), rel_tol=1e-9, abs_tol=0.0)
    fill_busy(Book(busy), monday, images=6, first=36, seed=2)  # other results of four images, and two new ones
    assert counted_as_plainly(busy, monday) == {}, "touched images are read beside the stored ones"
    assert aggregates.refresh(busy) == 6
    assert aggregates.refresh(busy) == 0, "nothing to do a second time"
    assert aggregates.differences(busy).height == 0
    assert counted_as_plainly(busy, monday) == {}
