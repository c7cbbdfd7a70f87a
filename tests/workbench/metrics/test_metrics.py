"""Each business figure against one counted by hand."""

from datetime import date, timedelta

import pytest
from scipy.stats import binomtest

from workbench import metrics
from workbench.domain.errors import UsageError


def wilson(hits, n):
    """SciPy's interval, an oracle that shares no code with ours."""
    interval = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    return pytest.approx((interval.low, interval.high), abs=1e-12)


@pytest.mark.parametrize("name", metrics.catalogue())
def test_columns_are_the_declared_ones_and_no_data_is_null(name, shared):
    frame = metrics.report(shared["empty"], name)
    assert frame.columns == list(metrics.load(name).columns)
    assert all(value is None for row in frame.rows() for value in row)


@pytest.mark.parametrize("name", metrics.catalogue())
def test_every_filter_works_in_every_metric(name, shared, monday):
    store = shared["week"]
    everything = {
        "run_id": "no", "set_id": "no", "category": "no", "brand": "no", "channel": "no", "tier": "no", "engine": "no",
        "spec": "no", "policy": "no", "since": monday, "until": monday, "include_simulated": True,
    }  # fmt: skip
    assert set(everything) == set(metrics.FILTERS)
    for key, value in everything.items():
        if key == "include_simulated":
            continue
        past = {"since": monday + timedelta(days=999)}.get(key, value)  # leaves nothing, as every other value here
        rows = metrics.report(store, name, {key: past}).rows()
        assert all(value is None for row in rows for value in row), key
    assert metrics.report(store, name, everything).columns == list(metrics.load(name).columns)


@pytest.mark.parametrize("name", metrics.catalogue())
def test_rows_full_of_nulls_break_nothing(name, shared):
    assert metrics.report(shared["nulls"], name).columns == list(metrics.load(name).columns)


def test_images_by_lane(week, report):
    assert report("images_by_lane") == [
        {"lane": "auto", "images": 3},  # a b c
        {"lane": "check", "images": 2},  # d g
        {"lane": "manual", "images": 1},  # f
        {"lane": "senior", "images": 1},  # h
    ]
    assert report("images_by_lane", run_id="run-1") == [{"lane": "auto", "images": 4}, {"lane": "check", "images": 2}]
    assert report("images_by_lane", category="sheer") == [{"lane": "auto", "images": 1}]
    assert report("images_by_lane", category="sheer", include_simulated=True) == [{"lane": "auto", "images": 1}]
    assert report("images_by_lane", set_id="simulated") == []


def test_a_second_version_is_still_one_image(book, report, monday):
    book.image("a", lane="check")
    book.image("a", lane="check", version=2, at=monday + timedelta(hours=1))
    assert report("images_by_lane") == [{"lane": "check", "images": 1}]


def test_the_same_image_under_two_specs_is_one_image(book, report, monday):
    book.image("a", lane="auto", spec="white")
    book.image("a", lane="senior", spec="editorial", run="run-2", at=monday + timedelta(hours=1))
    assert report("images_by_lane") == [{"lane": "senior", "images": 1}]
    assert report("images_by_lane", spec="white") == [{"lane": "auto", "images": 1}]


def test_the_period_is_half_open(book, report, monday):
    book.image("a", lane="auto", at=monday)
    hour = timedelta(hours=1)
    assert report("images_by_lane", since=monday, until=monday + hour) == [{"lane": "auto", "images": 1}]
    assert report("images_by_lane", since=monday - hour, until=monday) == []


def test_lanes_by_category(week, report):
    assert report("lanes_by_category", run_id="run-1") == [
        {"category": "apparel", "lane": "auto", "images": 3},  # a b h
        {"category": "apparel", "lane": "check", "images": 2},  # d g
        {"category": "sheer", "lane": "auto", "images": 1},  # c
    ]


def test_failure_reasons(week, report):
    refused = {
        "outcome": "refused", "failure_kind": "PhotoRefused", "failure_step": "load_image",
        "failure_reason": "animated", "images": 1, "example_image_id": "e",
    }  # fmt: skip
    assert report("failure_reasons") == [refused]  # f worked when tried again
    assert {row["failure_reason"] for row in report("failure_reasons", run_id="run-1")} == {"animated", "over 60 s"}


def test_throughput_counts_only_time_in_which_work_went_on(book, report, monday):
    def worked(image_id, start, end, **how):
        minute = timedelta(minutes=1)
        event = book.event("load_image", monday + start * minute, 60.0 * (end - start))
        book.image(image_id, lane="auto", at=monday + end * minute, events=[event], **how)

    worked("a", 50, 70)  # 00:50 to 01:10
    worked("b", 60, 65)  # inside a
    worked("c", 65, 75)  # goes on where a ends
    worked("d", 90, 100)  # after a pause
    book.image("e", lane="auto", at=monday + timedelta(minutes=95), reused=True)
    assert report("throughput_per_hour") == [
        {"hour": monday, "images": None, "busy_hours": pytest.approx(10 / 60), "images_per_hour": None},
        {
            "hour": monday + timedelta(hours=1),
            "images": 4,
            "busy_hours": pytest.approx(25 / 60),
            "images_per_hour": pytest.approx(4 / (25 / 60)),
        },
    ]
    overview = report("overview")[0]
    assert overview["images_per_hour"] == pytest.approx(4 / (35 / 60))
    assert overview["reused"] == 1
    assert overview["core_seconds_per_image"] == pytest.approx(1.0)


def test_seconds_per_step(book, report, monday):
    def events(load, check, *, outcome="done"):
        return [
            book.event("load_image", monday, load, core=load / 2),
            book.event("halo_width", monday + timedelta(seconds=9), check, kind="check", core=0.5, outcome=outcome),
        ]

    book.image("a", lane="auto", events=events(1.0, 0.1))
    book.image("b", lane="auto", events=events(2.0, 0.3))
    book.image("c", outcome="failed", events=events(6.0, 0.2, outcome="failed"))
    load, check = report("seconds_per_step")
    assert load == {
        "kind": "step", "name": "load_image", "images": 3, "median_seconds": 2.0,
        "p95_seconds": pytest.approx(5.6),  # 2 + 0.9 * (6 - 2)
        "mean_core_seconds": 1.5, "total_core_seconds": 4.5, "failed": 0,
    }  # fmt: skip
    assert (check["name"], check["images"], check["failed"]) == ("halo_width", 3, 1)
    assert check["median_seconds"] == pytest.approx(0.2)


def test_a_step_that_ran_twice_on_an_image_is_one_image(book, report, monday):
    event = book.event("load_image", monday, 1.0)
    book.image("a", outcome="failed", failure=("Crash", None, None), events=[event])
    book.image("a", lane="auto", events=[event], run="run-2", at=monday + timedelta(hours=1))
    (row,) = report("seconds_per_step")
    assert (row["images"], row["total_core_seconds"]) == (1, 2.0)


def test_rework_rate_is_about_the_first_verdict(week, report, monday):
    (row,) = report("rework_rate")
    assert (row["images"], row["reworked"]) == (3, 2)  # b approved; c rejected, g rework
    assert row["rework_rate"] == pytest.approx(2 / 3)
    assert (row["low"], row["high"]) == wilson(2, 3)
    (row,) = report("rework_rate", category="sheer", include_simulated=True)
    assert (row["images"], row["reworked"], row["rework_rate"]) == (1, 1, 1.0), "c is real and not in it"
    assert (row["low"], row["high"]) == wilson(1, 1)
    # on Wednesday g got its second verdict: no first verdict fell on that day
    assert report("rework_rate", since=monday + timedelta(days=2))[0]["images"] is None
    assert report("rework_rate", run_id="run-2")[0]["images"] is None


def test_no_rework_among_some_is_zero_not_null(book, report, monday):
    book.verdict(book.image("a", lane="check"), "approved", at=monday)
    (row,) = report("rework_rate")
    assert (row["images"], row["reworked"], row["rework_rate"]) == (1, 0, 0.0)
    assert (row["low"], row["high"]) == wilson(0, 1)


def test_reasons_count_images_by_their_first_verdict(book, report, monday):
    for name, verdict, reasons in (
        ("a", "rework", ("halo", "holes")), ("b", "rejected", ("halo", "halo")), ("c", "approved", ("spill",)),
        ("d", "rework", ()),
    ):  # fmt: skip
        book.verdict(book.image(name, lane="check"), verdict, at=monday, reasons=reasons)
    book.verdict(book.image("a", lane="check"), "rejected", at=monday + timedelta(days=1), reasons=("colour",))
    halo, holes = report("review_reasons")
    assert (halo["reason"], halo["images"], halo["judged"], halo["share"]) == ("halo", 2, 4, 0.5)
    assert (halo["low"], halo["high"]) == wilson(2, 4)
    assert (holes["reason"], holes["images"]) == ("holes", 1)
    assert (holes["example_set_id"], holes["example_image_id"]) == ("spring", "a")


def test_approved_share_splits_seen_and_unseen(week, report):
    (row,) = report("approved_share")
    assert row["images"] == 8  # a to h; e was refused and is not approved
    assert (row["approved_seen"], row["published_unseen"], row["approved"]) == (2, 1, 3)  # b g; a
    assert row["approved_share"] == pytest.approx(3 / 8)
    assert row["seen_share"] + row["unseen_share"] == pytest.approx(row["approved_share"])
    assert (row["low"], row["high"]) == wilson(3, 8)


def test_a_held_audit_sample_is_not_published(book, report):
    book.image("a", lane="auto", audit=True, hold=True)
    (row,) = report("approved_share")
    assert (row["images"], row["published_unseen"], row["approved_share"]) == (1, 0, 0.0)
    assert report("overview")[0]["needs_person"] == 1


def test_overview(week, report, monday):
    (row,) = report("overview")
    assert [row[name] for name in ("images", "done", "refused", "failed", "reused")] == [8, 7, 1, 0, 1]
    assert [row[name] for name in ("approved_seen", "published_unseen", "needs_person")] == [2, 1, 3]  # d f h wait
    assert row["audit_sample"] == 1
    assert (row["first_at"], row["last_at"]) == (monday, monday + timedelta(days=1))
    assert row["images_per_hour"] is None  # no image says when it was worked on


def test_needs_person_by_deadline(week, report):
    assert report("needs_person_by_deadline") == [
        {"deadline_day": date(2026, 3, 3), "lane": "check", "images": 1, "high_value": 1, "overdue": 1},  # d
        {"deadline_day": None, "lane": "manual", "images": 1, "high_value": 0, "overdue": 0},  # f
        {"deadline_day": None, "lane": "senior", "images": 1, "high_value": 0, "overdue": 0},  # h
    ]


def test_check_flags(book, report):
    book.image("a", lane="auto", checks=[book.check("halo_width", 1.0, passed=True)])
    book.image("b", lane="check", checks=[book.check("halo_width", 4.0, passed=False)])
    book.image("c", lane="auto", checks=[book.check("halo_width", None, passed=None)])
    book.image("d", lane="auto", checks=[book.check("edge_noise", None, passed=None)])
    assert report("check_flags") == [
        {
            "check": "halo_width", "unit": "px", "images": 2, "flagged": 1, "flagged_share": 0.5, "abstained": 1,
            "median_value": 2.5,
        },
        {
            "check": "edge_noise", "unit": "px", "images": None, "flagged": None, "flagged_share": None,
            "abstained": 1, "median_value": None,
        },
    ]  # fmt: skip


def test_unknown_metrics_and_filters_name_the_nearest(store):
    with pytest.raises(UsageError, match="rework_rate"):
        metrics.report(store, "rework_rat")
    with pytest.raises(UsageError) as caught:
        metrics.report(store, "rework_rate", {"run": "x"})
    assert caught.value.nearest == "run_id"


@pytest.mark.parametrize("moment", ["2026-01-01", date(2026, 1, 1)])
def test_a_period_needs_moments_with_a_zone(store, moment):
    with pytest.raises(UsageError, match="since is"):
        metrics.report(store, "overview", {"since": moment})
