"""What an image costs in each lane: the shop's rates, and seconds as they were measured where enough were."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from workbench.operations.rates import Rates, load_rates
from workbench.routing.unit_costs import UnitCosts
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

LEAST_TIMED = 30  # verdicts of a lane; below it the rates' own seconds hold
LEAST_COMPUTED = 30  # images; below it the assumption holds
CORE_SECONDS = 15.0  # assumption, where too few images were measured
MONTH_DAYS = 30.44
NAMES = {"check": "check_s", "manual": "manual_s", "senior": "senior_s"}


def unit_costs_of(settings: Settings, groups: pl.DataFrame) -> UnitCosts:
    """Rates of today and times of the record.

    Args:
        settings: Workspace, whose ``rates.toml`` comes before the shipped one.
        groups: Rows of ``replay_groups.sql``: their seconds are measured ones, their engines those that are paid for.
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
    core_seconds, computed = CORE_SECONDS, int(groups["computed"].sum())
    if computed >= LEAST_COMPUTED:
        core_seconds = float(groups["core_seconds"].sum()) / computed
        measured.append("the engine")
    return UnitCosts(
        compute_eur=rates.core_second(day) * core_seconds, vendor_eur=_vendor_eur(rates, groups, day),
        audit_s=seconds["auto"], check_s=seconds["check"], manual_s=seconds["manual"], senior_s=seconds["senior"],
        rework_s=seconds["manual"],
        checker_eur_h=rates.wage(rates.verdict("check", day).role, day), retoucher_eur_h=rates.wage("retoucher", day),
        senior_eur_h=rates.wage("senior", day), escape_eur=rates.escape(day), currency=rates.currency,
        source=f"{rates.name}; seconds of {', '.join(sorted(measured))} measured" if measured else rates.name,
    )  # fmt: skip


def _vendor_eur(rates: Rates, groups: pl.DataFrame, day: date) -> float:
    """What bought engines cost an image, by today's prices and the month's volume that the record comes to."""
    import polars as pl

    if groups.height == 0:
        return 0.0
    span = groups["last_received_at"].max() - groups["first_received_at"].min()
    months = max(1.0, span.total_seconds() / 86_400 / MONTH_DAYS)
    spent = 0.0
    by_engine = groups.group_by("engine").agg(pl.col("images").sum(), pl.col("core_seconds").sum())
    for engine, images, seconds in by_engine.iter_rows():
        price = rates.vendor(engine, day)
        if price is not None:
            spent += months * price.month(images / months, seconds / 60 / months)
    return spent / float(groups["images"].sum())
