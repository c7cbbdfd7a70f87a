"""The Run page put together: what is going on, and under it a new run, the runs so far, or two of them compared."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from workbench.app import data
from workbench.app.data import settings
from workbench.app.page_head import page_head
from workbench.app.run_choices_panel import run_choices_panel
from workbench.app.run_compare_panel import run_compare_panel
from workbench.app.run_live_panel import run_live_panel
from workbench.app.run_look_panel import run_look_panel
from workbench.app.run_past_panel import run_past_panel
from workbench.app.run_source import run_source
from workbench.app.side_by_side import side_by_side
from workbench.app.url_state import in_url
from workbench.charts.amounts import plural
from workbench.jobs.live_runs import live_runs
from workbench.jobs.runs_frame import runs_in_words

VIEWS = {"new": "New run", "past": "Past runs", "compare": "Compare"}
RUNS_OFFERED = 500


def run_page(question: str) -> None:
    """Draw the page.

    Args:
        question: What it answers.
    """
    st.html(Path(__file__).with_name("run_page.css"))
    try:
        rows = data.rows("runs", limit=RUNS_OFFERED).to_dicts()
    except data.NothingYet:
        rows = []
    page_head(question, _context(rows))
    if problem := st.session_state.pop("_run_problem", None):
        words = f"The run was not started. {problem}"
        st.html(f'<div class="wb-partial wb-run-trouble" role="alert">{escape(words)}</div>')
    run_live_panel()
    view = in_url("view", _view_switch, default="new", allowed=VIEWS)
    if view == "past":
        run_past_panel(rows)
    elif view == "compare":
        run_compare_panel(rows)
    else:
        _new_run()


def _context(rows: list[dict]) -> list[str]:
    alive = sum(run.alive for run in live_runs(settings()))
    going_on = f"{plural(alive, 'run')} going on" if alive else "nothing is running"
    return [going_on, f"{runs_in_words(rows)} so far" if rows else "nothing was run in this workspace yet"]


def _view_switch() -> str:
    return st.segmented_control(
        "View", list(VIEWS), required=True, key="view", format_func=VIEWS.__getitem__, label_visibility="collapsed"
    )


def _new_run() -> None:
    left, right = side_by_side("new_run", (1.15, 1))
    with left:
        with st.container(key="panel_source"):
            st.html('<div class="wb-h">Set</div>')
            chosen = run_source()
        with st.container(key="panel_look"):
            look = run_look_panel(chosen)
    with right, st.container(key="panel_choices"):
        st.html('<div class="wb-h">What shall be done</div>')
        run_choices_panel(chosen, look)
