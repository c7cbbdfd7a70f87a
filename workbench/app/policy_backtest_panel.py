"""What the policy would have done with a set: lanes before and after, what nobody can say, and the images that move."""

from __future__ import annotations

from html import escape

import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.lane_badge import simulated_tag
from workbench.app.limits_scope import groups_under
from workbench.app.page_head import part_head
from workbench.app.states import partial
from workbench.app.table import table
from workbench.app.threshold_moves_panel import moves_panel
from workbench.charts.amounts import NO_DATA, count, duration, money, percent
from workbench.jobs.backtest_words import backtest_frame, backtest_notes
from workbench.jobs.replay_set import Scope
from workbench.jobs.unit_costs_of import unit_costs_of
from workbench.lake.statements import statement
from workbench.routing.backtest import backtest
from workbench.routing.policy import Policy


def policy_backtest_panel(policy: Policy, scope: Scope, set_name: str) -> None:
    """Draw the panel.

    Args:
        policy: What is replayed.
        scope: Over which images.
        set_name: Their set.
    """
    groups = groups_under(scope, policy)
    costs = unit_costs_of(data.settings(), groups)
    test = backtest(groups, policy, costs=costs)
    frame = backtest_frame(test)
    with st.container(key="panel_backtest"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Back-test", f"{set_name}, {count(test.images)} images sent through it again")
            csv_button(frame, f"backtest_{policy.name}_{policy.version}", key="csv_backtest")
        if scope.simulated:
            st.html(simulated_tag())
        for note in backtest_notes(test, simulated=False):
            partial(note[:1].upper() + note[1:] + ".")
        if test.images:
            rows = [[row[0], _value(row[0], row[1]), _value(row[0], row[2]), row[3]] for row in frame.iter_rows()]
            st.html(table(("", "As it is", "Under this policy", ""), rows, right=(1, 2)))
            st.html(f'<div class="wb-quiet">Rates: {escape(costs.source)}. Turnaround is approximated.</div>')
            with st.popover("How is this computed", type="tertiary", icon=":material/info:"):
                st.html(
                    "<div>Every image on record goes through the rules and limits again, with the risk it has. Rework "
                    "is estimated from images drawn for a look and judged, weighted by one over their chance "
                    "to be drawn.</div>"
                )
                st.code(statement("replay_groups"), language="sql", height=260)
    if test.images:
        moves_panel(scope, policy, key="backtest_moves")


def _value(what: str, value: float | None) -> str:
    if value is None:
        return NO_DATA
    if "hours" in what:
        return duration(value * 3600)
    if "rework" in what:
        return percent(value)
    return money(value) if "cost" in what else count(value)
