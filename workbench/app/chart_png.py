"""A quiet button that saves a chart as a PNG with its title, on white, at twice the pixels, drawn in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from workbench.charts.for_paper import for_paper

_HERE = Path(__file__)
SCALE = 2
LEAST_WIDTH_PX = 640  # a narrow column's chart would cut its own title


def png_button(figure: go.Figure, name: str, *, chart: str, title: str, note: str = "") -> None:
    """Draw the button.

    Args:
        figure: As the page shows it.
        name: File name without its ending.
        chart: Key of the chart on the page; the picture gets its width.
        title: Heading inside the picture.
        note: The quiet line under it.
    """
    data: dict[str, Any] = {
        "figure": for_paper(figure, title=title, note=note), "figure_title": title, "file_name": f"{name}.png",
        "chart": chart, "scale": SCALE, "least_width": LEAST_WIDTH_PX,
    }  # fmt: skip
    _widget()(key=f"png_{chart}", data=data, width="content")


@st.cache_resource
def _widget():
    """The widget's definition, registered once a server."""
    css, js = (_HERE.with_suffix(s).read_text(encoding="utf-8") for s in (".css", ".js"))
    html = '<button type="button"><span aria-hidden="true">download</span>PNG</button>'
    return st.components.v2.component("workbench.chart_png", html=html, css=css, js=js)
