"""The figures at the top of the page Cost: per approved and per processed image, and what they rest on."""

from __future__ import annotations

from typing import Any

from workbench import metrics
from workbench.app import data, shop
from workbench.app.figure_card import Figure
from workbench.app.filters import Filters
from workbench.charts.amounts import count, money, percent, plural
from workbench.operations.cost_model import FORMULA, Costs


def cost_figures(chosen: Filters, found: Costs) -> list[Figure]:
    """Cost per approved image, per processed image, in all, of failure, and open images."""
    row = found.by().row(0, named=True)
    before = chosen.before()
    earlier = shop.costs(before).by().row(0, named=True) if before else None
    currency = found.rates.currency
    weeks = found.by("week")
    common = {
        "rows": weeks, "sql": metrics.load("cost_volumes").sql, "simulated": chosen.simulated,
        "definition": f"{FORMULA} Computed now with {found.rates.name}; nothing of it is stored.",
    }  # fmt: skip
    approved = f"{plural(row['approved'], 'image')} approved, {count(row['unseen'])} of them published unseen"
    failure = row["rework"] + row["escapes"]
    return [
        per_approved(row, earlier, weeks["per_approved"].to_list(), found, common),
        Figure(
            key="cost_processed", label="Cost per processed image", value=_money(row["per_processed"], currency),
            note=f"n = {count(row['images'])}", change=_change(row, earlier, "per_processed", currency),
            spark=weeks["per_processed"].to_list(), n=plural(row["images"], "image"), **common,
        ),
        Figure(
            key="cost_total", label="In all", value=_money(row["total"], currency, row["images"]), note=approved,
            change=_change(row, earlier, "total", currency), n=plural(row["images"], "image"), **common,
        ),
        Figure(
            key="cost_failure", label="Spent on rework and escapes", value=_share(failure, row["total"]),
            note=f"{money(row['rework'], currency)} rework · {money(row['escapes'], currency)} escapes known",
            n=plural(row["images"], "image"), **common,
        ),
        Figure(
            key="cost_open", label="Still open", value=count(row["still_open"]) if row["images"] else None,
            note="their work so far is in the cost, they are not among the approved",
            change=_assumed(found), n=plural(row["images"], "image"), **common,
        ),
    ]  # fmt: skip


def per_approved(row: dict[str, Any], earlier: dict[str, Any] | None, spark: list, found: Costs, more: dict) -> Figure:
    """The figure managers ask for."""
    currency, target = found.rates.currency, found.rates.targets.cost_per_approved
    low_n = 0 < row["approved"] < data.settings().min_n_for_percent
    return Figure(
        key="cost_approved", label="Cost per approved image", value=_money(row["per_approved"], currency),
        note=f"n = {count(row['approved'])} approved" + (": few, so it will move" if low_n else ""),
        target="" if target is None else f"≤ {money(target, currency)}",
        change=_change(row, earlier, "per_approved", currency), spark=spark, spark_target=target,
        n=f"{plural(row['approved'], 'image')} approved of {count(row['images'])} received", **more,
    )  # fmt: skip


def _money(amount: float | None, currency: str, n: int = 1) -> str | None:
    return None if amount is None or n == 0 else money(amount, currency)


def _share(part: float, whole: float) -> str | None:
    return percent(part / whole) if whole else None


def _change(row: dict[str, Any], earlier: dict[str, Any] | None, name: str, currency: str) -> str:
    if earlier is None or earlier[name] is None or row[name] is None or not earlier["images"]:
        return ""
    change = row[name] - earlier[name]
    return f"{'+' if change >= 0 else ''}{money(change, currency)} against the period before"


def _assumed(found: Costs) -> str:
    if not found.unmeasured:
        return ""
    return f"time of {count(found.unmeasured)} of {plural(found.verdicts, 'verdict')} assumed, not measured"
