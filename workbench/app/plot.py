"""Puts a figure on a page: no tool bar, the theme's colours, text of our own template."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

_CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False, "showTips": False}


def is_dark() -> bool:
    """Whether this session shows the dark theme."""
    return st.context.theme.type == "dark"


def plot(figure: go.Figure, *, key: str) -> None:
    """Show a figure as it was built.

    Args:
        figure: From ``workbench.charts``.
        key: Unique on the page.
    """
    st.plotly_chart(figure, theme=None, config=_CONFIG, key=key)
