"""What the board takes from the queue, chosen in the sidebar and kept in the URL."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.filters import EVERY_RUN, RUNS_OFFERED, run_name
from workbench.app.url_state import in_url
from workbench.charts.theme import LANE_LETTERS
from workbench.domain.records import LANES
from workbench.jobs.qa_queue import WHATS, QueueFilters

WORDS = {"review": "To review", "audit": "Audit sample", "correct": "To correct"}
FIRST = ["review", "audit"]
NAMES = ("what", "queue_lane", "queue_category", "queue_run", "queue_simulated")


def board_filters() -> QueueFilters:
    """Draw the filters and return what is chosen.

    Raises:
        NothingYet: Nothing was run.
    """
    runs = data.rows("app_runs", limit=RUNS_OFFERED)
    if runs.height == 0:
        raise data.NothingYet("no run in this lake")
    choices = data.rows("choices")
    categories = sorted({c for c in choices["category"].to_list() if c})
    with st.sidebar:
        whats = in_url("what", _what_pills, default=FIRST, allowed=WHATS, many=True)
        lane = in_url("queue_lane", _lane_pills, default=None, allowed=LANES)
        category = in_url("queue_category", lambda: _category_box(categories), default=None, allowed=categories)
        place = st.container()  # the box stands above the switch that decides what it offers
        simulated = False
        if choices["simulated"].any():
            simulated = in_url("queue_simulated", _simulated, default=False, parse=lambda text: text == "True")
        offered = runs if simulated else runs.filter(~pl.col("simulated"))
        names = {EVERY_RUN: "Every run", **{row["run_id"]: run_name(row) for row in offered.iter_rows(named=True)}}
        if st.session_state.get("queue_run", EVERY_RUN) not in names:
            st.session_state["queue_run"] = EVERY_RUN
        with place:
            run = in_url("queue_run", lambda: _run_box(names), default=EVERY_RUN, allowed=names)
    return QueueFilters(
        whats=tuple(what for what in WHATS if what in whats) or tuple(FIRST), lane=lane, category=category,
        run_id=None if run in (None, EVERY_RUN) else run, include_simulated=bool(simulated),
    )  # fmt: skip


def clear_filters() -> None:
    """Back to everything that waits; for a button's callback."""
    st.session_state.update({"what": list(FIRST), "queue_lane": None, "queue_category": None, "queue_run": EVERY_RUN})


def _what_pills() -> list[str]:
    return st.pills("What", WHATS, selection_mode="multi", key="what", format_func=WORDS.__getitem__)


def _lane_pills() -> str | None:
    return st.pills("Lane", LANES, key="queue_lane", format_func=lambda lane: f"{LANE_LETTERS[lane]} {lane}")


def _category_box(categories: list[str]) -> str | None:
    return st.selectbox(
        "Category", categories, index=None, key="queue_category", placeholder="All categories",
        format_func=lambda category: category.replace("_", " "),
    )  # fmt: skip


def _run_box(names: dict[str, str]) -> str:
    return st.selectbox("Run", list(names), key="queue_run", format_func=names.__getitem__)


def _simulated() -> bool:
    return st.toggle("Simulated data", key="queue_simulated")
