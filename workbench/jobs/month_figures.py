"""Everything a monthly report says, read from one state of the lake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from workbench import lake, metrics
from workbench.domain.errors import UsageError
from workbench.jobs.costs import costs_of
from workbench.jobs.report import shop_parameters
from workbench.operations.cost_model import Costs
from workbench.operations.rates import Rates, load_rates
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake

TREND_WEEKS = 13
READ = ("approved_share", "automated_share", "rework_rate", "first_pass_yield", "escape_rate", "turnaround")
LISTED = ("review_reasons", "failure_reasons", "rework_by_round", "audit_results", "touch_minutes", "before_after")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """``now`` and ``before`` hold the first row of each metric of `READ`, ``tables`` all rows of those of `LISTED`."""

    first: datetime
    end: datetime
    now: Mapping[str, Mapping[str, Any]]
    before: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, pl.DataFrame]
    weeks: pl.DataFrame
    costs: Costs
    costs_before: Costs
    week_costs: pl.DataFrame
    rates: Rates
    snapshot: int
    simulated: bool


def month_bounds(month: str | None) -> tuple[datetime, datetime]:
    """First moment of a month written as 2026-10, and of the next one; UTC.

    Raises:
        UsageError: Not such a text, or a month that has not begun.
    """
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", month or "")
    if not found:
        raise UsageError(f"month is {month!r}", where="--month", allowed="a month as 2026-10")
    first = datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)
    if first > datetime.now(UTC):
        raise UsageError(f"{month} has not begun", where="--month", allowed="a month up to this one")
    return first, (first + timedelta(days=32)).replace(day=1)


def month_figures(settings: Settings, month: str | None, filters: Mapping[str, Any]) -> MonthFigures:
    """Read a month and the one before.

    Raises:
        UsageError: Not a month, an unknown filter, or rates that do not validate.
        LakeError: There is no lake yet, or it cannot be read.
    """
    first, end = month_bounds(month)
    earlier = (first - timedelta(days=1)).replace(day=1)
    rates = load_rates(workspace=settings.workspace)
    with lake.open(settings, read_only=True) as store:
        snapshot = store.query("app_latest_snapshot").item()
        chosen = {**filters, "since": first, "until": end}
        past = {**filters, "since": earlier, "until": first}
        recent = {**filters, "since": end - timedelta(weeks=TREND_WEEKS), "until": end}
        baseline = {"baseline_since": earlier, "baseline_until": first}
        return MonthFigures(
            first=first, end=end, rates=rates, snapshot=snapshot, simulated=bool(filters.get("include_simulated")),
            now=_rows(store, chosen, rates), before=_rows(store, past, rates),
            tables={
                name: metrics.report(store, name, {**chosen, **(baseline if name == "before_after" else {})})
                for name in LISTED
            },
            weeks=metrics.report(store, "weekly", recent), costs=costs_of(store, chosen, rates),
            costs_before=costs_of(store, past, rates), week_costs=costs_of(store, recent, rates).by("week"),
        )  # fmt: skip


def _rows(store: Lake, filters: Mapping[str, Any], rates: Rates) -> dict[str, Mapping[str, Any]]:
    found = {}
    for name in READ:
        more = shop_parameters(rates) if name == "turnaround" else {}
        frame = metrics.report(store, name, {**filters, **more})
        found[name] = frame.row(0, named=True) if frame.height else dict.fromkeys(frame.columns)
    return found
