from datetime import UTC, datetime, timedelta

from workbench.app.filters import Filters
from workbench.app.period import PERIODS, bounds

NOW = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)


def day(month, number):
    return datetime(2026, month, number, tzinfo=UTC)


def test_days_end_with_today():
    assert bounds("7d", NOW) == (day(3, 25), day(4, 1))
    assert bounds("month", NOW) == (day(3, 1), day(4, 1))
    assert bounds("last_month", NOW) == (day(2, 1), day(3, 1))
    assert bounds("all", NOW) == bounds(None, NOW) == (None, None)
    assert all(bounds(period, NOW) for period in PERIODS)


def test_the_period_before_has_the_same_length():
    before = Filters(since=day(3, 25), until=day(4, 1), category="sheer").before()
    assert (before.since, before.until, before.category) == (day(3, 18), day(3, 25), "sheer")
    assert Filters().before() is None
    open_end = Filters(since=datetime.now(UTC) - timedelta(days=2)).before()
    assert abs(open_end.until - open_end.since - timedelta(days=2)) < timedelta(minutes=1)
