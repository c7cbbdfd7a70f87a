"""What an image costs in each lane: the shop's rates, and seconds as they were measured where enough were."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from workbench.operations.rates import load_rates
from workbench.routing.unit_costs import UnitCosts
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

LEAST_TIMED = 30  # verdicts of a lane; below it the rates' own seconds hold
CORE_SECONDS = 15.0  # of one image, where no run has measured it
NAMES = {"check": "check_s", "manual": "manual_s", "senior": "senior_s"}


def unit_costs_of(settings: Settings, groups: pl.DataFrame, *, core_seconds: float | None = None) -> UnitCosts:
    """Rates of today and times of the record.

    Args:
        settings: Workspace, whose ``rates.toml`` comes before the shipped one.
        groups: Rows of ``replay_groups.sql``: their seconds are measured ones.
        core_seconds: Processor time of one image, if known.
    """
    import polars as pl

    rates, day = load_rates(workspace=settings.workspace), date.today()
    seconds = {lane: rates.verdict(lane, day).seconds for lane in ("auto", "check", "manual", "senior")}
    measured = []
    timed = groups.group_by("first_lane").agg(pl.col("timed").sum(), pl.col("active_seconds").sum())
    for lane, n, total in timed.iter_rows():
        if lane in seconds and n >= LEAST_TIMED and total:
            seconds[lane] = total / n
            measured.append(lane)
    return UnitCosts(
        compute_eur=rates.core_second(day) * (core_seconds or CORE_SECONDS), audit_s=seconds["auto"],
        check_s=seconds["check"], manual_s=seconds["manual"], senior_s=seconds["senior"], rework_s=seconds["manual"],
        checker_eur_h=rates.wage(rates.verdict("check", day).role, day), retoucher_eur_h=rates.wage("retoucher", day),
        senior_eur_h=rates.wage("senior", day), escape_eur=rates.escape(day), currency=rates.currency,
        source=f"{rates.name}; seconds of {', '.join(sorted(measured))} measured" if measured else rates.name,
    )  # fmt: skip
