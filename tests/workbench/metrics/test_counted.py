"""What figures count on is what the records say: under every filter and every two, made in memory or stored."""

from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from workbench import lake, metrics
from workbench.lake import aggregates

from .busy_lake import every_filter_and_pair, fill_busy

HERE = Path(__file__).parent


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
    return found


def test_facts_in_memory_are_the_records(busy, monday):
    assert counted_as_plainly(busy, monday) == {}


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
