"""A back-test as a table before and after, and as the sentences that must stand beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from workbench.charts.amounts import count, money, percent
from workbench.domain.records import LANES
from workbench.routing.backtest import BackTest, Outcome

if TYPE_CHECKING:
    import polars as pl


def backtest_frame(test: BackTest) -> pl.DataFrame:
    """Columns what, before, after, note."""
    import polars as pl

    before, after = test.before, test.after
    rows: list[tuple[str, float | None, float | None, str]] = [
        (f"{lane} images", float(before.lanes[lane]), float(after.lanes[lane]), "") for lane in LANES
    ]
    rows.append(("rework in auto", before.rework.share, after.rework.share, _interval(after)))
    rows += [(f"{role} hours a day", before.hours[role], after.hours[role], "") for role in before.hours]
    rows += [
        (f"{lane} p95 turnaround, working hours", _finite(before, lane), _finite(after, lane), _turnaround(after, lane))
        for lane in LANES[1:]
    ]
    cost = "" if after.cost_low is None else f"{money(after.cost_low)} to {money(after.cost_high)}"
    rows.append(("cost per approved image", before.cost_eur, after.cost_eur, cost))
    rows.append(("images that change lane", None, float(test.changed), f"of {count(test.images)}"))
    schema = {"what": pl.String, "before": pl.Float64, "after": pl.Float64, "note": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def backtest_notes(test: BackTest, simulated: bool) -> list[str]:
    """What must be said beside the figures."""
    notes = []
    if simulated:
        notes.append("simulated: nothing here happened")
    if not test.calibrated and test.images:
        notes.append("risk is an uncalibrated heuristic: it orders images, it is no chance of rework")
    rework = test.after.rework
    if rework.unknown:
        notes.append(
            f"unknown for {count(rework.unknown)} of {count(rework.images)} images that would go out untouched: "
            "no image of their kind (category, lane) was drawn and judged"
        )
    if test.after.cost is None and test.images:
        notes.append("no cost: nobody has judged images like those that would go out untouched")
    for lane, why in test.after.not_approximated.items():
        notes.append(f"turnaround of lane {lane} is not guessed: {why}; simulate it (workbench throughput)")
    if test.images == 0:
        notes.append("no image fits")
    return notes


def _interval(outcome: Outcome) -> str:
    found = outcome.rework
    if found.share is None:
        return "nobody can say: no audited image was judged"
    return f"{percent(found.low)} to {percent(found.high)}, {found.answered} judged"


def _turnaround(outcome: Outcome, lane: str) -> str:
    if lane in outcome.not_approximated:
        return "to be simulated"
    return "never done" if math.isinf(outcome.turnaround_h.get(lane, 0.0)) else "approximated"


def _finite(outcome: Outcome, lane: str) -> float | None:
    hours = outcome.turnaround_h.get(lane)
    return None if hours is None or math.isinf(hours) else hours
