"""The five figures at the top of the overview, with what stands behind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from workbench import metrics
from workbench.app import data, shop
from workbench.app.behind import behind
from workbench.app.figure_card import Figure
from workbench.app.filters import Filters
from workbench.charts.amounts import count, duration, percent, plural, work
from workbench.lake.statements import statement

SPARK_RUNS = 12
Row = Mapping[str, Any]


def overview_figures(chosen: Filters) -> list[Figure]:
    """Processed, automatic, needs a person, rework rate, throughput."""
    asked = chosen.of_figures()
    counts = data.rows("app_counts", **asked)
    held = counts.filter(pl.col("run_id").is_null()).row(0, named=True)
    runs = data.rows("app_counts", **{**asked, "run_id": None}).filter(pl.col("run_id").is_not_null())
    before = _run_before(runs, chosen.run_id) or _period_before(chosen)
    simulated = chosen.simulated and bool(held["simulated"])
    figures = (
        (_processed(held, runs, before, counts), behind("images", chosen, part="all")),
        (_automatic(held, runs, before, counts), behind("images", chosen, part="auto")),
        (_needs_person(data.rows("app_waiting", **asked)), behind("images", chosen, part="waiting")),
        (_rework(data.metric("rework_rate", **asked), chosen.before()), behind("verdicts", chosen, part="first")),
        (
            _throughput(data.metric("overview", **asked), data.metric("throughput_per_hour", **asked)),
            behind("images", chosen, part="all"),
        ),
    )
    return [replace(figure, behind=rows, simulated=simulated) for figure, rows in figures]


def images_under(chosen: Filters) -> int:
    """How many images the figures rest on."""
    return data.rows("app_counts", **chosen.of_figures()).filter(pl.col("run_id").is_null())["images"].sum()


def share_text(part: int, whole: int) -> str:
    """A share as a percentage, or as counts where a percentage would say more about chance than about the work."""
    enough = whole >= data.settings().min_n_for_percent
    return percent(part / whole) if enough else f"{count(part)} of {count(whole)}"


def interval_text(low: float | None, high: float | None) -> str:
    """``95% interval 12.3% – 45.6%``."""
    return "" if low is None or high is None else f"95% interval {percent(low)} – {percent(high)}"


def _processed(held: Row, runs: pl.DataFrame, before: Row | None, rows: pl.DataFrame) -> Figure:
    parts = [f"{count(held[name])} {name}" for name in ("done", "refused", "failed") if held[name]]
    return Figure(
        key="processed", label="Images processed", value=count(held["images"]), note=" · ".join(parts),
        change=_change(before, held, "images", "{:+,.0f}"), spark=runs["images"].tail(SPARK_RUNS).to_list(),
        definition="Images a run has finished with: done, refused (the photo can never be processed) or failed (a step "
        "could not do its work). Of several results of an image the newest under the filters counts.",
        n=count(held["images"]), sql=statement("app_counts"), rows=rows,
    )  # fmt: skip


def _automatic(held: Row, runs: pl.DataFrame, before: Row | None, rows: pl.DataFrame) -> Figure:
    interval = interval_text(held["auto_low"], held["auto_high"])
    shares = (runs["auto"] / runs["images"]).tail(SPARK_RUNS).to_list()
    note = f"{plural(held['auto'], 'image')} · n = {count(held['images'])}"
    change = ""
    if before and before["images"] and held["images"]:
        points = 100 * (held["auto"] / held["images"] - before["auto"] / before["images"])
        change = f"{points:+.1f} points against {before['named']}"
    return Figure(
        key="automatic", label="Automatic share", value=share_text(held["auto"], held["images"]),
        note=note, change=change or interval, spark=shares, **_target("automatic_share", "≥"),
        definition="Images in lane auto, of all images processed, refused and failed ones included: those need a "
        "person too. The risk behind the lane is not calibrated yet." if held["uncalibrated"] else
        "Images in lane auto, of all images processed, refused and failed ones included: those need a person too.",
        n=count(held["images"]), interval=interval, sql=statement("app_counts"), rows=rows,
    )  # fmt: skip


def _needs_person(waiting: pl.DataFrame) -> Figure:
    minutes = waiting["minutes"].sum() if waiting["minutes"].is_not_null().any() else None
    note = f"about {work(minutes)} of work" if minutes else ""
    return Figure(
        key="needs_person", label="Needs a person now", value=count(waiting["images"].sum()), note=note,
        definition="Images that wait for somebody: queued or sent back in check, manual and senior, drawn for the "
        "audit and not looked at yet, and photos that were refused or failed. The minutes are what the preparation "
        "step expects from each photo.",
        n=plural(int(waiting["images"].sum()), "image"), sql=statement("app_waiting"), rows=waiting,
    )  # fmt: skip


def _rework(found: pl.DataFrame, before: Filters | None) -> Figure:
    row = found.row(0, named=True)
    earlier = data.metric("rework_rate", **before.of_figures()).row(0, named=True) if before else None
    metric = metrics.load("rework_rate")
    interval = interval_text(row["low"], row["high"])
    none = row["images"] is None
    return Figure(
        key="rework_rate", label="First-pass rework rate",
        value=None if none else share_text(row["reworked"], row["images"]),
        note="no reviews yet" if none else f"n = {count(row['images'])}",
        change=points(earlier, row, "rework_rate", "images") or interval, **_target("rework_rate", "≤"),
        definition=metric.doc, n=count(row["images"]), interval=interval, sql=metric.sql, rows=found,
    )  # fmt: skip


def _throughput(overview: pl.DataFrame, hours: pl.DataFrame) -> Figure:
    row = overview.row(0, named=True)
    speed = row["images_per_hour"]
    metric = metrics.load("throughput_per_hour")
    core = row["core_seconds_per_image"]
    return Figure(
        key="throughput", label="Throughput", value=None if speed is None else f"{count(speed)}/h",
        note="nothing was computed" if core is None else f"{duration(core)} of one core per image",
        spark=hours["images_per_hour"].tail(SPARK_RUNS).to_list(), definition=metric.doc,
        n=plural(int(hours["images"].sum() or 0), "image"), sql=metric.sql, rows=hours,
    )  # fmt: skip


def _run_before(runs: pl.DataFrame, run_id: str | None) -> Row | None:
    """The run before the chosen one, None without a choice or a run before."""
    ids = runs["run_id"].to_list()
    place = ids.index(run_id) if run_id in ids else 0
    return runs.row(place - 1, named=True) | {"named": "the run before"} if place > 0 else None


def _period_before(chosen: Filters) -> Row | None:
    """The same counts over the period before, None without a period or without images in it."""
    before = chosen.before()
    if before is None:
        return None
    rows = data.rows("app_counts", **before.of_figures()).filter(pl.col("run_id").is_null())
    row = rows.row(0, named=True) if rows.height else None
    return row | {"named": "the period before"} if row and row["images"] else None


def points(before: Row | None, now: Row, share: str, n: str) -> str:
    """How a share changed, in points; nothing where one of the two rests on too few."""
    least = data.settings().min_n_for_percent
    if before is None or min(before[n] or 0, now[n] or 0) < least:
        return ""
    return f"{100 * (now[share] - before[share]):+.1f} points against the period before"


def _target(name: str, sign: str) -> dict[str, Any]:
    """Target and spark line's target of a share, where there is one."""
    share = None if shop.rates_problem() else getattr(shop.rates().targets, name)
    return {} if share is None else {"target": f"{sign} {share:.0%}", "spark_target": share}


def _change(before: Row | None, now: Row, column: str, form: str) -> str:
    return f"{form.format(now[column] - before[column])} against {before['named']}" if before else ""
