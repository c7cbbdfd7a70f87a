"""The periods a page can be narrowed to, and the days they mean; days are UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

ALL_TIME = "all"
# kept in the address -> shown
PERIODS = {
    ALL_TIME: "All time", "7d": "Last 7 days", "28d": "Last 28 days", "90d": "Last 90 days", "month": "This month",
    "last_month": "Last month",
}  # fmt: skip


def bounds(period: str | None, now: datetime | None = None) -> tuple[datetime | None, datetime | None]:
    """First moment and the moment after the last; None: open. A number of days ends with today."""
    midnight = (now or datetime.now(UTC)).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow, first = midnight + timedelta(days=1), midnight.replace(day=1)
    if period is None or period == ALL_TIME:
        return None, None
    if period == "month":
        return first, tomorrow
    if period == "last_month":
        return (first - timedelta(days=1)).replace(day=1), first
    return tomorrow - timedelta(days=int(period.removesuffix("d"))), tomorrow
