"""The figures about people's work, time and audits, against rows counted by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import confint_proportions_2indep

from workbench import metrics
from workbench.domain.errors import UsageError

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN = {"work_zone": "Europe/Berlin", "work_start_s": 9 * 3600, "work_end_s": 17 * 3600, "work_days": [0, 1, 2, 3, 4]}


def wilson(hits, n):
    interval = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    return pytest.approx((interval.low, interval.high), abs=1e-12)


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"brand": "b1"}, {"auto": 1}), ({"channel": "web"}, {"check": 1}), ({"tier": "high_value"}, {"check": 1}),
        ({"engine": "fast"}, {"check": 1}), ({"policy": "first"}, {"auto": 1, "check": 1}),
        ({"policy": "first@2"}, {"check": 1}), ({"policy": "second"}, {}), ({"brand": "b1", "channel": "web"}, {}),
    ],
)  # fmt: skip
def test_what_figures_can_be_narrowed_to(book, report, chosen, found):
    book.image("a", lane="auto", brand="b1", channel="shop", engine="slow")
    book.image("b", lane="check", brand="b2", channel="web", engine="fast", tier="high_value", policy_version=2)
    assert {row["lane"]: row["images"] for row in report("images_by_lane", **chosen)} == found


def test_verdicts_and_steps_are_narrowed_by_the_same_words(book, report, monday):
    event = book.event("load_image", monday, 1.0)
    a = book.image("a", lane="check", brand="b1", engine="slow", events=[event])
    b = book.image("b", lane="check", brand="b2", engine="fast", policy_version=2, events=[event])
    for image in (a, b):
        book.verdict(image, "rework", at=monday)
    for chosen in ({"brand": "b2"}, {"engine": "fast"}, {"policy": "first@2"}):
        assert report("rework_rate", **chosen)[0]["images"] == 1
        assert report("seconds_per_step", **chosen)[0]["images"] == 1


def test_rework_by_round(week, report):
    first, second = report("rework_by_round")
    assert (first["round"], first["images"], first["reworked"]) == (1, 3, 2)  # b approved; c rejected, g rework
    assert (first["low"], first["high"]) == wilson(2, 3)
    assert (second["round"], second["images"], second["reworked"]) == (2, 1, 0)  # g at the second look


def test_first_pass_yield_leaves_out_what_waits(week, book, report, monday):
    # a published; b approved; c rejected; e refused; g sent back; d, f, h wait
    (row,) = report("first_pass_yield")
    assert (row["images"], row["right"], row["seen"], row["untouched"]) == (5, 2, 1, 2)
    assert row["first_pass_yield"] == pytest.approx(2 / 5)
    assert (row["low"], row["high"]) == wilson(2, 5)
    book.verdict(book.image("k", lane="check"), "approved", at=monday, pixels_changed=True)
    (row,) = report("first_pass_yield")
    assert (row["images"], row["right"], row["untouched"]) == (6, 3, 2), "a quick edit is right, but not untouched"


def test_touch_minutes_do_not_guess(book, report, monday):
    a, b = book.image("a", lane="check"), book.image("b", lane="check")
    book.verdict(a, "rework", at=monday, active_seconds=60)
    book.verdict(a, "approved", at=monday + HOUR, active_seconds=120)
    book.verdict(b, "approved", at=monday)  # nobody measured
    (row,) = report("touch_minutes")
    assert (row["lane"], row["images"], row["verdicts"], row["measured"]) == ("check", 2, 3, 2)
    assert (row["minutes"], row["minutes_per_image"], row["median_minutes"]) == (3.0, 3.0, 1.5)
    assert row["p95_minutes"] == pytest.approx(1.95)


def test_what_people_get_through_needs_five_of_them(book, report, monday):
    image = book.image("a", lane="check")
    for n in range(4):
        book.verdict(image, "approved", at=monday + n * HOUR, active_seconds=90, reviewer=f"p{n}")
    hidden = dict.fromkeys(("people", "verdicts", "active_hours", "verdicts_per_hour", "verdicts_per_person"))
    assert report("verdicts_per_hour") == [{"lane": "check", **hidden}]
    book.verdict(image, "approved", at=monday + 5 * HOUR, active_seconds=90, reviewer="p0")
    assert report("verdicts_per_hour") == [{"lane": "check", **hidden}], "five verdicts of four people"
    book.verdict(image, "approved", at=monday + 6 * HOUR, active_seconds=90, reviewer="p4")
    (row,) = report("verdicts_per_hour")
    assert (row["people"], row["verdicts"], row["verdicts_per_person"]) == (5, 6, 1.2)
    assert row["verdicts_per_hour"] == pytest.approx(40)


def test_turnaround(book, report, monday):
    for n, hours in enumerate((1, 2, 3, 30)):  # published after so many hours
        book.image(f"p{n}", lane="auto", received_at=monday, at=monday + hours * HOUR)
    approved = book.image("q", lane="check", received_at=monday, at=monday + HOUR)
    book.verdict(approved, "approved", at=monday + 4 * HOUR)
    book.image("r", lane="check", received_at=monday, at=monday + HOUR)  # waits
    book.image("s", lane="auto", received_at=monday - DAY, at=monday)
    (row,) = report("turnaround", since=monday, target_hours=24)
    assert (row["hours_are"], row["images"], row["not_ready"], row["p50_hours"]) == ("calendar", 5, 1, 3.0)
    assert row["p90_hours"] == pytest.approx(4 + 0.6 * 26)
    assert row["p95_hours"] == pytest.approx(4 + 0.8 * 26)
    assert (row["within"], row["within_share"]) == (4, 0.8)
    assert (row["low"], row["high"]) == wilson(4, 5)
    (row,) = report("turnaround", since=monday)
    assert (row["target_hours"], row["within"], row["within_share"]) == (None, None, None)


def test_an_audit_does_not_make_the_turnaround_longer(book, report, monday):
    seen = book.image("a", lane="auto", audit=True, received_at=monday, at=monday + HOUR)
    book.verdict(seen, "approved", at=monday + 48 * HOUR)
    book.image("a", lane="auto", audit=True, policy="second", received_at=monday, at=monday + 72 * HOUR, reused=True)
    assert report("turnaround")[0]["p50_hours"] == 1.0


@pytest.mark.parametrize(
    ("received", "ready", "hours"),
    [
        # 2 March 2026 is a Monday; Berlin is an hour ahead of UTC until 29 March, then two
        (datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 11, tzinfo=UTC), 2),
        (datetime(2026, 3, 2, 5, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC), 1),  # work begins at 8 UTC
        (datetime(2026, 3, 2, 15, tzinfo=UTC), datetime(2026, 3, 3, 9, tzinfo=UTC), 2),  # over night
        (datetime(2026, 3, 6, 15, tzinfo=UTC), datetime(2026, 3, 9, 9, tzinfo=UTC), 2),  # over the weekend
        (datetime(2026, 3, 7, 9, tzinfo=UTC), datetime(2026, 3, 8, 9, tzinfo=UTC), 0),  # in it
        (datetime(2026, 3, 2, 7, tzinfo=UTC), datetime(2026, 3, 16, 7, tzinfo=UTC), 80),  # two weeks
        (datetime(2026, 3, 27, 15, tzinfo=UTC), datetime(2026, 3, 30, 8, tzinfo=UTC), 2),  # the clocks change
        (datetime(2026, 3, 3, 11, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC), 0),  # by a clock set back: no wait
    ],
)
def test_working_hours(book, report, received, ready, hours):
    book.image("a", lane="auto", received_at=received, at=ready)
    calendar, working = report("turnaround", **BERLIN)
    assert calendar["p50_hours"] == max(0.0, (ready - received) / HOUR)
    assert working["p50_hours"] == pytest.approx(hours)


def test_queue_age(book, report):
    now = datetime.now(UTC)
    for hours in (1, 2, 10):
        book.image(f"q{hours}", lane="check", received_at=now - hours * HOUR)
    book.image("out", lane="auto", received_at=now - 99 * HOUR)
    (row,) = report("queue_age")
    assert (row["lane"], row["images"]) == ("check", 3)
    assert (row["p50_hours"], row["oldest_hours"]) == pytest.approx((2, 10), abs=0.1)
    assert row["oldest_received_at"] == pytest.approx(now - 10 * HOUR, abs=timedelta(seconds=1))


def test_automated_share_of_images_and_steps(book, report, monday):
    steps = [book.event("load_image", monday, 1.0), book.event("refine_matte", monday, 1.0)]
    check = book.event("halo_width", monday, 1.0, kind="check")
    book.image("a", lane="auto", events=[*steps, check])
    b = book.image("b", lane="check", events=steps)
    book.verdict(b, "approved", at=monday, actions=("mask_brush",))
    book.image("c", outcome="refused")
    (row,) = report("automated_share")
    assert (row["images"], row["automatic"], row["automatic_share"]) == (3, 1, pytest.approx(1 / 3))
    assert (row["low"], row["high"]) == wilson(1, 3)
    assert (row["steps"], row["automatic_steps"]) == (6, 4), "four steps; a verdict and an edit by hand"


def test_escapes_are_estimated_from_the_sample_alone(book, report, monday):
    tenth = [book.image(f"t{n}", lane="auto", audit=True, probability=0.1) for n in range(4)]
    half = [book.image(f"h{n}", lane="auto", audit=True, probability=0.5) for n in range(4)]
    for n, image in enumerate((*tenth, *half)):
        book.verdict(image, "rejected" if n in (0, 4) else "approved", at=monday + DAY, pixels_changed=n == 5)
    book.image("waits", lane="auto", audit=True)
    told = book.image("told", lane="auto")
    book.verdict(told, "rejected", at=monday + DAY, source="client")
    sampled_and_told = book.image("both", lane="auto", audit=True)
    book.verdict(sampled_and_told, "rejected", at=monday + DAY, source="site")
    book.verdict(book.image("c", lane="check"), "rejected", at=monday + DAY)
    (row,) = report("escape_rate")
    assert [row[name] for name in ("images", "drawn", "audited", "failed", "known_rejections")] == [11, 10, 8, 3, 2]
    assert row["escape_rate"] == pytest.approx((10 + 2 + 2) / (4 * 10 + 4 * 2))
    assert row["effective_n"] == pytest.approx(48**2 / (4 * 100 + 4 * 4))
    assert row["low"] < row["escape_rate"] < row["high"]
    (found,) = report("audit_results")
    assert [found[name] for name in ("category", "drawn", "audited", "waiting", "failed")] == ["apparel", 10, 8, 2, 3]
    assert (found["low"], found["high"]) == wilson(3, 8)


def test_no_faulty_audit_is_zero_with_an_interval(book, report, monday):
    book.verdict(book.image("a", lane="auto", audit=True), "approved", at=monday)
    (row,) = report("escape_rate")
    assert (row["failed"], row["escape_rate"], row["effective_n"]) == (0, 0.0, 1.0)
    assert (row["low"], row["high"]) == wilson(0, 1)


def test_week_by_week(week, report):
    (row,) = report("weekly")
    assert row["week"] == date(2026, 3, 2)
    assert (row["images"], row["automatic"], row["judged"], row["reworked"]) == (8, 3, 3, 2)
    assert (row["automatic_low"], row["automatic_high"]) == wilson(3, 8)
    assert (row["rework_low"], row["rework_high"]) == wilson(2, 3)
    assert (row["received"], row["ready"]) == (8, 3)  # a and b published on Monday, g approved on Wednesday
    assert (row["p50_hours"], row["policies"]) == (0.0, ["first@1", "second@1"])


def test_before_and_after(book, report, monday):
    for n in range(20):
        book.verdict(book.image(f"b{n}", lane="check", at=monday), "rework" if n < 8 else "approved", at=monday)
    for n in range(10):
        later = monday + 7 * DAY
        book.verdict(book.image(f"a{n}", lane="auto", at=later), "rework" if n < 1 else "approved", at=later)
    rows = {row["figure"]: row for row in report("before_after", since=monday + 7 * DAY, until=monday + 14 * DAY)}
    rework = rows["rework_rate"]
    assert (rework["n_before"], rework["before"], rework["n_after"], rework["after"]) == (20, 0.4, 10, 0.1)
    oracle = confint_proportions_2indep(1, 10, 8, 20, method="newcomb")
    assert (rework["change"], rework["low"], rework["high"]) == pytest.approx((-0.3, *oracle), abs=1e-6)
    assert rows["automatic_share"]["change"] == 1.0
    same = report("before_after", since=monday + 7 * DAY, baseline_since=monday, baseline_until=monday + DAY)
    assert next(row for row in same if row["figure"] == "rework_rate")["n_before"] == 20
    assert report("before_after") == [], "nothing to compare with"


def test_volumes_behind_the_costs(book, report, monday):
    def computed(core):
        return [book.event("load_image", monday, 2.0, core=core)]

    book.image("a", lane="auto", received_at=monday, events=computed(3.0), engine="e1")
    told = book.image("b", lane="auto", received_at=monday, events=computed(1.0), engine="e1")
    book.verdict(told, "rejected", at=monday + DAY, source="client")
    c = book.image("c", lane="manual", received_at=monday, events=computed(2.0), engine="e1")
    book.verdict(c, "rework", at=monday + DAY, active_seconds=100)
    book.verdict(c, "approved", at=monday + 2 * DAY)
    book.image("later", lane="auto", received_at=monday + 30 * DAY, at=monday + 30 * DAY)
    rows = report("cost_volumes", until=monday + 7 * DAY)
    kinds = {(row["kind"], row["lane"], row["round"]): row for row in rows}
    auto, manual = kinds["images", "auto", 1], kinds["images", "manual", 1]
    assert (auto["n"], auto["approved"], auto["unseen"], auto["still_open"]) == (2, 1, 1, 0), "b was rejected"
    assert (manual["n"], manual["approved"], manual["unseen"]) == (1, 1, 0)
    assert (kinds["compute", "auto", 1]["n"], kinds["compute", "auto", 1]["core_seconds"]) == (2, 4.0)
    assert (kinds["compute", "auto", 1]["seconds"], kinds["compute", "auto", 1]["engine"]) == (4.0, "e1")
    first, again = kinds["review", "manual", 1], kinds["review", "manual", 2]
    assert (first["n"], first["seconds"], first["unmeasured"], first["work_lane"]) == (1, 100.0, 0, "manual")
    assert (again["n"], again["seconds"], again["unmeasured"]) == (1, None, 1)
    assert (kinds["escape", "auto", 1]["n"], kinds["escape", "auto", 1]["day"]) == (1, date(2026, 3, 3))
    assert len(rows) == 7 and all(row["week"] == date(2026, 3, 2) for row in rows)


def test_costs_of_another_spec_are_another_deliverys(book, report, monday):
    event = book.event("load_image", monday, 1.0)
    book.image("a", lane="auto", spec="white", events=[event])
    book.image("a", lane="auto", spec="editorial", events=[event], at=monday + HOUR)
    both = [row["n"] for row in report("cost_volumes") if row["kind"] == "compute"]
    assert both == [2]
    assert [row["n"] for row in report("cost_volumes", spec="white") if row["kind"] == "compute"] == [1]


def test_an_unknown_parameter_is_named(store):
    with pytest.raises(UsageError) as caught:
        metrics.report(store, "turnaround", {"target_hour": 24})
    assert caught.value.nearest == "target_hours"
