"""A figure on a card: value, n, interval, target, change, spark line, and behind ⓘ how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import polars as pl
import streamlit as st

from workbench.app.behind import Behind, behind_table
from workbench.app.csv_download import csv_button
from workbench.app.lane_badge import simulated_tag
from workbench.charts.spark_line import spark_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure; texts are ready to read, ``value`` None means there is no data and ``note`` says why."""

    key: str
    label: str
    value: str | None
    note: str = ""  # the line under it: n, parts, interval
    target: str = ""
    change: str = ""  # against the comparison period, named
    spark: Sequence[float | None] = ()
    spark_target: float | None = None
    definition: str
    n: str = ""
    interval: str = ""
    sql: str = ""
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    behind: Behind | None = None  # the rows one by one, read when asked for
    simulated: bool = False


def figure_row(figures: Sequence[Figure]) -> None:
    """Figures side by side, five at most, so that each can be taken in."""
    for column, figure in zip(st.columns(len(figures), gap="small"), figures, strict=True):
        with column:
            figure_card(figure)


@st.fragment
def figure_card(figure: Figure) -> None:
    """One card with its ⓘ."""
    with st.container(key=f"figure_{figure.key}", gap=None, height="stretch"):
        st.html(_face(figure))
        words = f"How “{figure.label}” is made"
        with st.popover(
            "", icon=":material/info:", type="tertiary", key=f"about_{figure.key}", help=words, on_change="rerun"
        ) as about:
            if about.open:  # ten tables and ten queries that nobody asked for would go to the browser first
                _explain(figure)


def _face(figure: Figure) -> str:
    value = (
        f'<span class="wb-figure-value">{escape(figure.value)}</span>'
        if figure.value is not None
        else '<span class="wb-figure-value wb-none">no data yet</span>'
    )
    notes = [escape(text) for text in (figure.note, figure.target and f"target {figure.target}", figure.change) if text]
    badge = simulated_tag() if figure.simulated else ""
    return (
        f'<div class="wb-figure" data-figure="{escape(figure.key, quote=True)}">'
        f'<div class="wb-figure-label">{escape(figure.label)} {badge}</div>'
        f'<div class="wb-figure-row">{value}{spark_line(figure.spark, target=figure.spark_target)}</div>'
        f'<div class="wb-figure-note">{"<br>".join(notes) or "&nbsp;"}</div></div>'
    )


def _explain(figure: Figure) -> None:
    st.html(f'<div class="wb-h">{escape(figure.label)}</div>')
    st.html(f"<div>{escape(figure.definition)}</div>")
    facts = [text for text in (figure.n and f"n = {figure.n}", figure.interval) if text]
    if facts:
        st.html(f'<div class="wb-quiet">{escape(" · ".join(facts))}</div>')
    if figure.rows.height:
        st.dataframe(figure.rows, hide_index=True, height=min(220, 52 + 33 * figure.rows.height), row_height=33)
        csv_button(figure.rows, figure.key, key=f"csv_{figure.key}", label="These rows as CSV")
    if figure.behind is not None:
        behind_table(figure.behind, figure.key)
    if figure.sql:
        st.code(figure.sql, language="sql", height=220)
