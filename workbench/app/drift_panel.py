"""Whether the photos of a week are other photos than before: what moved, how far, and if by chance."""

from __future__ import annotations

from datetime import date
from html import escape

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.filters import Filters
from workbench.app.page_head import part_head
from workbench.app.table import table
from workbench.app.url_state import in_url
from workbench.charts.amounts import count
from workbench.inspection import drift
from workbench.inspection.drift import LEAST, Drift
from workbench.jobs.photo_drift import photo_drift

SHOWN = 12
KIND_WORDS = {"number": "SD", "name": "", "looks": "times chance"}


def drift_panel(chosen: Filters) -> None:
    """Draw the panel; nothing while there is one week."""
    photos = data.rows("photo_properties", **chosen.of_figures())
    weeks = sorted(photos["week"].drop_nulls().unique().to_list(), reverse=True)
    if len(weeks) < 2:
        return
    names = [str(week) for week in weeks]
    with st.container(key="panel_drift"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
            head = st.empty()
            with st.container(horizontal=True, width="content", vertical_alignment="bottom"):
                week = in_url("week", lambda: _week_box(names), default=names[0], allowed=names)
                csv = st.container(width="content")
        asked = tuple(sorted(chosen.of_figures().items(), key=str))
        found = _drift(data.snapshot(), asked, date.fromisoformat(week), photos)
        moved = [one for one in found if one.moved]
        with head:
            part_head("Do the photos change?", f"photos of the week of {week} against all other weeks, one a product")
        if not found:
            st.html(f'<div class="wb-quiet">Fewer than {LEAST} products in this week: too few to compare.</div>')
            return
        with csv:
            csv_button(_frame(found), f"drift_{week}", key="csv_drift")
        st.html(f"<div>{escape(_sentence(found, moved))}</div>")
        rows = [
            (
                one.name.replace("_", " "), one.before, one.now, _move(one),
                f"{count(one.n_before)} / {count(one.n_now)}",
                "<0.001" if one.p_adjusted < 0.001 else f"{one.p_adjusted:.3f}",
                "moved" if one.moved else "within chance",
            )
            for one in found[:SHOWN]
        ]  # fmt: skip
        head_row = ("Property", "Before", "This week", "Moved by", "Products", "p, adjusted", "")
        st.html(f'<div class="wb-wide">{table(head_row, rows, right=(1, 2, 3, 4, 5), keep=(0, 6))}</div>')
        with st.expander("How this is computed"):
            st.html(f"<div>{escape(drift.__doc__)}</div>")


@st.cache_data(show_spinner="Comparing photos…", max_entries=50)
def _drift(at: int, asked: tuple, week: date, _photos: pl.DataFrame) -> list[Drift]:
    return photo_drift(_photos, week, data.settings())


def _sentence(found: list[Drift], moved: list[Drift]) -> str:
    if not moved:
        return f"None of {len(found)} properties moved more than chance explains."
    named = ", ".join(one.name.replace("_", " ") for one in moved[:5])
    return f"{len(moved)} of {len(found)} properties moved more than chance explains: {named}."


def _move(one: Drift) -> str:
    if one.kind == "name":
        return f"{one.move:.0%} changed"
    return f"{one.move:+.2f} {KIND_WORDS[one.kind]}"


def _frame(found: list[Drift]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"property": one.name, "kind": one.kind, "before": one.before, "now": one.now, "move": one.move,
             "n_before": one.n_before, "n_now": one.n_now, "p": one.p, "p_adjusted": one.p_adjusted, "moved": one.moved}
            for one in found
        ]
    )  # fmt: skip


def _week_box(names: list[str]) -> str:
    return st.selectbox("Week received", names, key="week", width=180)
