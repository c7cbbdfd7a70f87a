"""The Labeling page put together: the server, the chosen project's figures, agreement, disputes, people and worth."""

from __future__ import annotations

import polars as pl
import streamlit as st

from labeling.project import list_projects, read_project
from workbench.app import data
from workbench.app.data import settings
from workbench.app.figure_card import figure_row
from workbench.app.labeling_agreement_panel import labeling_agreement_panel
from workbench.app.labeling_bar import labeling_bar
from workbench.app.labeling_confused_panel import labeling_confused_panel
from workbench.app.labeling_disputes_panel import labeling_disputes_panel
from workbench.app.labeling_figures import labeling_figures
from workbench.app.labeling_jobs import labeling_jobs
from workbench.app.labeling_people_panel import labeling_people_panel
from workbench.app.labeling_projects_panel import labeling_projects_panel
from workbench.app.labeling_server import labeling_server
from workbench.app.labeling_worth_panel import labeling_worth_panel
from workbench.app.page_head import page_head
from workbench.app.side_by_side import side_by_side
from workbench.app.url_state import in_url
from workbench.charts.amounts import moment


def labeling_page(question: str) -> None:
    """Draw the page.

    Args:
        question: What it answers.
    """
    try:
        progress = data.rows("label_progress")
    except data.NothingYet:
        progress = None
    names = list_projects()
    with st.sidebar:
        chosen = in_url("project", lambda: _choice(names), default=_largest(progress), allowed=names)
    mine = progress.filter(pl.col("project") == chosen) if progress is not None else pl.DataFrame()
    page_head(question, _context(chosen, mine))
    state = labeling_server()
    labeling_jobs()
    labeling_bar(chosen, state, mine)
    if progress is not None and progress.height:
        labeling_projects_panel(progress, chosen)
    if mine.is_empty():
        _nothing_yet(chosen)
    if mine.height and mine["annotations"].fill_null(0).sum():
        figure_row(labeling_figures(chosen, mine))
        left, right = side_by_side("labeling", (1, 1))
        with left:
            labeling_agreement_panel(chosen, mine)
        with right:
            labeling_people_panel(chosen)
            labeling_confused_panel(chosen)
        labeling_disputes_panel(chosen)
    labeling_worth_panel(chosen)


def _largest(progress: pl.DataFrame | None) -> str:
    """The project with the most items: what a lead most likely came for."""
    if progress is None or progress.is_empty():
        return "mole_hair"
    return progress.group_by("project").agg(pl.col("items").sum()).sort("items", "project")["project"][-1]


def _choice(names: tuple[str, ...]) -> str:
    return st.selectbox("Project", names, key="project", format_func=lambda name: read_project(name).title)


def _context(chosen: str, mine: pl.DataFrame) -> list[str]:
    pulled = mine["pulled_at"].max() if mine.height else None
    simulated = bool(mine.height and mine["simulated"].any())
    return [
        read_project(chosen).title,
        f"pulled {moment(pulled)}" if pulled else "nothing was pulled yet",
        "simulated labelers" if simulated else "",
        str(settings().workspace.name),
    ]


def _nothing_yet(chosen: str) -> None:
    with st.container(key="panel_nothing_labelled"):
        st.html(
            f'<div class="wb-state"><h2>{read_project(chosen).title}: nothing was sent to labelers yet</h2><p>Once '
            "tasks were pushed, this page shows how far they are, how far labelers agree and what they disagree about. "
            "With Label Studio running, press <b>Push</b>: the first are there within a minute.</p></div>"
        )
        st.code(
            f".venv/bin/workbench label push {chosen} --limit 200 --workspace {settings().workspace}", language=None
        )
