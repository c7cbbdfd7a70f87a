"""The figures managers decide on: cost, time and quality, each against its target and the period before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench import metrics
from workbench.app import data, shop
from workbench.app.behind import behind
from workbench.app.cost_figures import per_approved
from workbench.app.figure_card import Figure, figure_row
from workbench.app.filters import Filters
from workbench.app.overview_figures import interval_text, points, share_text
from workbench.app.states import partial
from workbench.charts.amounts import NO_DATA, count, duration, percent
from workbench.operations.cost_model import FORMULA

Row = Mapping[str, Any]


def manager_row(chosen: Filters) -> None:
    """Draw them; a fault in the rates is named instead, and takes nothing else from the page."""
    if problem := shop.rates_problem():
        partial(f"Costs, targets and weeks are missing: {problem}")
    else:
        figure_row(manager_figures(chosen))


def manager_figures(chosen: Filters) -> list[Figure]:
    """Cost per approved image, ready in time, first-pass yield, escape rate, touch time."""
    before = chosen.before()
    figures = (
        (_cost(chosen, before), behind("cohort", chosen)),
        (_in_time(chosen, before), behind("cohort", chosen)),
        (_yield(chosen, before), behind("images", chosen, part="first_pass")),
        (_escapes(chosen), behind("audits", chosen)),
        (_touch(chosen), behind("verdicts", chosen, part="every")),
    )
    return [replace(figure, behind=rows) for figure, rows in figures]


def _cost(chosen: Filters, before: Filters | None) -> Figure:
    found = shop.costs(chosen)
    row = found.by().row(0, named=True)
    earlier = shop.costs(before).by().row(0, named=True) if before else None
    weeks = found.by("week")
    more = {
        "rows": weeks, "sql": metrics.load("cost_volumes").sql, "simulated": chosen.simulated,
        "definition": f"{FORMULA} Computed now with {found.rates.name}; nothing of it is stored.",
    }  # fmt: skip
    return per_approved(row, earlier, weeks["per_approved"].to_list(), found, more)


def _in_time(chosen: Filters, before: Filters | None) -> Figure:
    metric = metrics.load("turnaround")
    parameters = {"target_hours": shop.metric_parameters()["target_hours"]}  # in working hours: the monthly report
    rows = data.metric("turnaround", **chosen.of_figures(), **parameters)
    row = _first(rows.to_dicts(), "images", "not_ready", "within", "within_share", "p50_hours", "p95_hours")
    earlier = None
    if before:
        earlier = _first(data.metric("turnaround", **before.of_figures(), **parameters).to_dicts(), "images",
                         "within_share")  # fmt: skip
    hours, share = parameters["target_hours"], shop.rates().targets.within_share
    if hours is None or not row["images"]:
        value = None if not row["images"] else f"{_hours(row['p50_hours'])}"
        label = "Turnaround"
    else:
        value, label = share_text(row["within"], row["images"]), f"Ready within {hours:g} h"
    waiting = f", {count(row['not_ready'])} not ready yet" if row["not_ready"] else ""
    spread = f"half within {_hours(row['p50_hours'])}, 95% within {_hours(row['p95_hours'])}"
    return Figure(
        key="turnaround", label=label, value=value,
        note=f"n = {count(row['images'] or 0)} ready{waiting}", target="" if share is None else f"≥ {share:.0%}",
        change=points(earlier, row, "within_share", "images") or (spread if row["images"] else ""),
        definition=f"{metric.doc} Target: {shop.rates().name}.", n=count(row["images"]),
        interval=spread if row["images"] else "", sql=metric.sql, rows=rows, simulated=chosen.simulated,
    )  # fmt: skip


def _yield(chosen: Filters, before: Filters | None) -> Figure:
    metric = metrics.load("first_pass_yield")
    rows = data.metric("first_pass_yield", **chosen.of_figures())
    row = rows.row(0, named=True)
    earlier = data.metric("first_pass_yield", **before.of_figures()).row(0, named=True) if before else None
    interval = interval_text(row["low"], row["high"])
    return Figure(
        key="first_pass_yield", label="Right the first time",
        value=None if row["images"] is None else share_text(row["right"], row["images"]),
        note=f"n = {count(row['images'])}, {count(row['seen'])} of them seen by a person" if row["images"] else "",
        change=points(earlier, row, "first_pass_yield", "images") or interval, definition=metric.doc,
        n=count(row["images"]), interval=interval, sql=metric.sql, rows=rows, simulated=chosen.simulated,
    )  # fmt: skip


def _escapes(chosen: Filters) -> Figure:
    metric = metrics.load("escape_rate")
    rows = data.metric("escape_rate", **chosen.of_figures())
    row = rows.row(0, named=True)
    audited = row["audited"] or 0
    enough = audited >= data.settings().min_n_for_percent
    value = (
        percent(row["escape_rate"]) if enough else f"{count(row['failed'])} of {count(audited)}" if audited else None
    )
    known = f"{count(row['known_rejections'])} rejections known from outside" if row["images"] else ""
    return Figure(
        key="escape_rate", label="Escapes among automatic images", value=value,
        note=f"n = {count(audited)} audited" if audited else "no audits yet",
        change="\n".join(text for text in (interval_text(row["low"], row["high"]), known) if text).replace("\n", " · "),
        definition=metric.doc, n=f"{count(audited)} audits of {count(row['images'])} automatic images",
        interval=interval_text(row["low"], row["high"]), sql=metric.sql, rows=rows, simulated=chosen.simulated,
    )  # fmt: skip


def _touch(chosen: Filters) -> Figure:
    metric = metrics.load("touch_minutes")
    rows = data.metric("touch_minutes", **chosen.of_figures())
    minutes, verdicts, measured = (rows[name].sum() for name in ("minutes", "verdicts", "measured"))
    images = rows["images"].sum()
    return Figure(
        key="touch_minutes", label="Hands-on time per image touched",
        value=duration(60 * minutes / images) if measured and images else None,
        note=f"n = {count(images)} images, {count(measured)} of {count(verdicts)} verdicts measured"
        if verdicts else "no reviews yet",
        change=f"{duration(60 * minutes)} in all" if measured else "",
        definition=metric.doc, n=count(images), sql=metric.sql, rows=rows, simulated=chosen.simulated,
    )  # fmt: skip


def _first(rows: list[dict[str, Any]], *names: str) -> dict[str, Any]:
    """The row in calendar hours; nothing in it where there is none."""
    return rows[0] if rows else dict.fromkeys(names)


def _hours(hours: float | None) -> str:
    return NO_DATA if hours is None else duration(hours * 3600)
