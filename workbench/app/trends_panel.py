"""Week by week: rework, automatic share, cost and turnaround, each with its target and where the policy changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from workbench.app import data, shop
from workbench.app.filters import Filters
from workbench.app.page_head import part_head
from workbench.app.plot import heading_bar, is_dark, plot
from workbench.app.policy_marks import policy_marks
from workbench.charts.amounts import NO_DATA, duration, money
from workbench.charts.trend import trend

LEAST_WEEKS = 2


def trends_panel(chosen: Filters) -> None:
    """Draw four small charts, or nothing while there is one week."""
    weeks = data.metric("weekly", **chosen.of_figures())
    if weeks.height < LEAST_WEEKS or shop.rates_problem():
        return
    found = shop.costs(chosen)
    cost = dict(found.by("week").select("week", "per_approved").iter_rows())
    approved = dict(found.by("week").select("week", "approved").iter_rows())
    days, targets = weeks["week"].to_list(), found.rates.targets
    marks = policy_marks(days, weeks["policies"].to_list())
    with st.container(key="panel_trends"):
        part_head("Week by week", "bands are 95% intervals; a dotted line is a new policy, point at its name")
        with st.container(key="split_trends_1"):
            one, two = st.columns(2, gap="medium")
        with st.container(key="split_trends_2"):
            three, four = st.columns(2, gap="medium")

        def draw(place, title: str, name: str, values: Sequence[float | None], **more) -> None:
            with place:
                bar = heading_bar()
                bar.html(f'<div class="wb-quiet">{title}</div>')
                if all(value is None for value in values):
                    st.html('<div class="wb-quiet">nothing yet</div>')
                    return
                chart = trend(days, values, marks=marks, simulated=chosen.simulated, dark=is_dark(), **more)
                plot(
                    chart, key=f"trend_{name}", title=title, more="week by week", name=f"{name}_by_week", bar=bar,
                    rows=plotted(days, values, weeks["policies"], **more), simulated=chosen.simulated,
                )  # fmt: skip

        draw(
            one, "First-pass rework rate", "rework_rate", weeks["rework_rate"].to_list(), words=_percent,
            low=weeks["rework_low"].to_list(), high=weeks["rework_high"].to_list(), n=weeks["judged"].to_list(),
            target=targets.rework_rate,
        )  # fmt: skip
        draw(
            two, "Automatic share", "automatic_share", weeks["automatic_share"].to_list(), words=_percent,
            low=weeks["automatic_low"].to_list(), high=weeks["automatic_high"].to_list(), n=weeks["images"].to_list(),
            target=targets.automatic_share,
        )  # fmt: skip
        draw(
            three, "Cost per approved image, by week received", "cost_per_approved", [cost.get(day) for day in days],
            words=lambda amount: money(amount, found.rates.currency), n=[approved.get(day) for day in days],
            target=targets.cost_per_approved,
        )  # fmt: skip
        draw(
            four, "Turnaround, 95% of images, by week received", "turnaround_p95", weeks["p95_hours"].to_list(),
            words=_hours, n=weeks["ready"].to_list(), target=targets.turnaround_hours,
        )  # fmt: skip


def plotted(days: Sequence[date], values: Sequence[float | None], policies: pl.Series, **more: Any) -> pl.DataFrame:
    """The numbers of one chart: week, value, low, high, n, target, and the policies of the week."""
    columns = {name: more[name] for name in ("low", "high", "n") if more.get(name) is not None}
    shown = pl.DataFrame({"week": days, "value": values, **columns}, strict=False)
    return shown.with_columns(target=pl.lit(more.get("target"), dtype=pl.Float64), policies=policies.list.join(", "))


def _percent(share: float | None) -> str:
    return NO_DATA if share is None else f"{share:.1%}".replace(".0%", "%")


def _hours(hours: float | None) -> str:
    return NO_DATA if hours is None else "0" if hours == 0 else duration(hours * 3600)
