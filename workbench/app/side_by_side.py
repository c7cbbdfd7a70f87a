"""Panels side by side where there is room, one below the other where their words would be cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st


def side_by_side(name: str, widths: int | Sequence[float], *, gap: Literal["small", "medium"] = "small") -> list:
    """Columns that stack on a narrow screen (style.css says below which width).

    Args:
        name: Unique on the page.
        widths: Number of columns, or their relative widths.
        gap: Space between them.
    """
    with st.container(key=f"split_{name}"):
        return st.columns(widths, gap=gap)
