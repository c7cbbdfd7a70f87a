"""How the field that is open goes week by week."""

from __future__ import annotations

import streamlit as st

from workbench.app import data
from workbench.app.failure_heat_panel import FailureCell
from workbench.app.filters import Filters
from workbench.app.plot import is_dark, plot
from workbench.charts.amounts import percent
from workbench.charts.trend import trend

LEAST_WEEKS = 2


def failure_weeks_panel(chosen: Filters, cell: FailureCell) -> None:
    """Draw the panel; nothing while there is one week."""
    weeks = data.rows("failure_mode_weeks", **chosen.of_figures(), at=cell.category, mode=cell.mode)
    if weeks.height < LEAST_WEEKS:
        return
    with st.container(key="panel_failure_weeks"):
        chart = trend(
            weeks["week"].to_list(), weeks["share"].to_list(), words=percent, low=weeks["low"].to_list(),
            high=weeks["high"].to_list(), n=weeks["judged"].to_list(), simulated=chosen.simulated, dark=is_dark(),
        )  # fmt: skip
        plot(
            chart, key="failure_weeks", title=f"Week by week: {cell.words}", rows=weeks, name="failure_by_week",
            more="share of first verdicts; the band is the 95% interval", simulated=chosen.simulated,
        )  # fmt: skip
