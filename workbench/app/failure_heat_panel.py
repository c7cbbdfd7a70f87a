"""The heat map of what fails where, and the field that is open."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.filters import Filters, kept
from workbench.app.navigation import open_page
from workbench.app.page_head import part_head
from workbench.app.plot import heading_bar, is_dark, plot
from workbench.app.url_state import in_url
from workbench.charts.amounts import plural
from workbench.charts.failure_heat import MEASURES, failure_heat

TITLE = "What people found wrong"
NOBODY = "Nobody has judged an image yet. Verdicts are given on the QA board; this page counts them."


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureCell:
    """The field that is open; None: all categories, or all failure modes."""

    category: str | None = None
    mode: str | None = None

    @property
    def words(self) -> str:
        """As people read it."""
        category = (self.category or "every category").replace("_", " ")
        return f"{category}, {(self.mode or 'anything wrong').replace('_', ' ')}"


def failure_heat_panel(chosen: Filters) -> FailureCell:
    """Draw the panel; the field that is open."""
    cells = data.rows("failure_mode_cells", **chosen.of_figures())
    told = cells.drop_nulls("mode")
    categories = cells["category"].unique().sort().to_list()
    modes = told["mode"].unique().sort().to_list()
    with st.container(key="panel_failure_heat"):
        bar = heading_bar()
        judged = int(cells.unique("category")["judged"].sum()) if cells.height else 0
        with bar:
            part_head(TITLE, f"of {plural(judged, 'first verdict')}; a number opens its images" if judged else "")
            right = st.container(horizontal=True, width="content", vertical_alignment="center")
        if not judged:
            st.html(f'<div class="wb-quiet">{NOBODY}</div>')
            if st.button("Open QA board", key="open_qa_board", type="primary"):
                open_page("qa_board", {})
            return FailureCell()
        if told.height == 0:
            st.html('<div class="wb-quiet">Nothing was found wrong in what was judged.</div>')
            return FailureCell()
        with right:
            measure = in_url("measure", _measure, default="images", allowed=MEASURES) or "images"
        with st.container(horizontal=True, vertical_alignment="bottom", key="cell_boxes"):
            at = in_url("at", lambda: _box("at", "Open category", categories), default=None, allowed=categories)
            mode = in_url("mode", lambda: _box("mode", "Open failure mode", modes), default=None, allowed=modes)
        chart = failure_heat(
            cells, measure, address=lambda c, m: _address(c, m, measure), chosen=(at, mode), dark=is_dark()
        )
        plot(
            chart, key="failure_heat", title=TITLE, more=MEASURES[measure].lower(), name="failure_modes", bar=right,
            rows=cells.filter(pl.col("mode").is_not_null()), simulated=chosen.simulated,
        )  # fmt: skip
    return FailureCell(category=at, mode=mode)


def _measure() -> str:
    return st.segmented_control(
        "Show", list(MEASURES), key="measure", format_func=MEASURES.get, label_visibility="collapsed"
    )


def _box(key: str, words: str, options: list[str]) -> str | None:
    return st.selectbox(
        words, options, key=key, placeholder="All", format_func=lambda text: text.replace("_", " "), width=240
    )


def _address(category: str, mode: str, measure: str) -> str:
    asked = {**kept(), "measure": [measure], "at": [category], "mode": [mode]}
    return "failure_modes?" + urlencode(asked, doseq=True).replace("'", "%27")
