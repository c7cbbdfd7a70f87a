"""Puts a figure on a page: no tool bar, the theme's colours, text of our own template."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

_CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}


def is_dark() -> bool:
    """Whether this session shows the dark theme."""
    return st.context.theme.type == "dark"


def plot(figure: go.Figure, *, key: str, png: str | None = None) -> None:
    """Show a figure as it was built.

    Args:
        figure: From ``workbench.charts``.
        key: Unique on the page.
        png: File name (without its ending) under which the picture can be saved; None: no button for it.
    """
    config = _CONFIG
    if png is not None:
        config = {
            **_CONFIG, "displayModeBar": "hover", "displaylogo": False, "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {"format": "png", "filename": png, "scale": 2},
        }  # fmt: skip
    st.plotly_chart(figure, theme=None, config=config, key=key)
