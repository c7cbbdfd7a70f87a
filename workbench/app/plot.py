"""Puts a chart on a page: its heading, what can be taken away of it, and the figure in the theme's colours."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from workbench.app.chart_png import png_button
from workbench.app.csv_download import csv_button
from workbench.app.page_head import page_context, part_head

_CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}


def is_dark() -> bool:
    """Whether this session shows the dark theme."""
    return st.context.theme.type == "dark"


def plot(
    figure: go.Figure, *, key: str, title: str, rows: pl.DataFrame | Callable[[], pl.DataFrame], more: str = "",
    name: str | None = None, simulated: bool = False, bar: DeltaGenerator | None = None,
) -> None:  # fmt: skip
    """Show a figure as it was built, with its plotted numbers as CSV and itself as PNG.

    Args:
        figure: From ``workbench.charts``.
        key: Unique on the page.
        title: What is seen: heading on the page and in the picture.
        rows: The plotted numbers.
        more: A quiet remark beside the heading.
        name: File name (without its ending) of what is saved; default: the key.
        simulated: It rests on simulated data; the files say so.
        bar: Where the downloads go, when the page has drawn a heading of its own; None: a line with the heading.
    """
    if bar is None:
        bar = heading_bar()
        with bar:
            part_head(title, more)
    name = f"{name or key}{'_simulated' if simulated else ''}"
    note = " · ".join(text for text in ("simulated data" if simulated else "", more, *page_context()) if text)
    with bar, st.container(horizontal=True, width="content", gap=None, vertical_alignment="center", key=f"take_{key}"):
        csv_button(rows, name, key=f"csv_{key}")
        png_button(figure, name, chart=key, title=title, note=note)
    st.plotly_chart(figure, theme=None, config=_CONFIG, key=key)


def heading_bar() -> DeltaGenerator:
    """A line for a heading on the left and what belongs to it on the right."""
    return st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
