"""Week by week: rework, automatic share, cost and turnaround, each with its target and where the policy changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from workbench.app import data, shop
from workbench.app.csv_download import csv_button
from workbench.app.filters import Filters
from workbench.app.page_head import part_head
from workbench.app.plot import is_dark, plot
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
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Week by week", "bands are 95% intervals, dotted lines a new policy")
            csv_button(weeks, "week_by_week", key="csv_weeks")
        with st.container(key="split_trends_1"):
            one, two = st.columns(2, gap="medium")
        with st.container(key="split_trends_2"):
            three, four = st.columns(2, gap="medium")

        def draw(place, title: str, name: str, values: Sequence[float | None], **more) -> None:
            with place:
                st.html(f'<div class="wb-quiet">{title}</div>')
                if all(value is None for value in values):
                    st.html('<div class="wb-quiet">nothing yet</div>')
                    return
                chart = trend(days, values, marks=marks, simulated=chosen.simulated, dark=is_dark(), **more)
                plot(chart, key=f"trend_{name}", png=name)

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


def policy_marks(weeks: Sequence[date], policies: Sequence[Sequence[str] | None]) -> dict[date, str]:
    """Weeks in which a policy was used that was not used before; the first ones are no change."""
    known: set[str] = set()
    marks = {}
    for week, used in zip(weeks, policies, strict=True):
        new = [name for name in used or () if name not in known]
        if known and new:
            marks[week] = ", ".join(new)
        known.update(new)
    return marks


def _percent(share: float | None) -> str:
    return NO_DATA if share is None else f"{share:.1%}".replace(".0%", "%")


def _hours(hours: float | None) -> str:
    return NO_DATA if hours is None else "0" if hours == 0 else duration(hours * 3600)
