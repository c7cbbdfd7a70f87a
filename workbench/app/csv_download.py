"""Tables to take away as CSV that a spreadsheet will not run."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import streamlit as st

from workbench.metrics.csv_safe import csv_safe


def csv_button(frame: pl.DataFrame | Callable[[], pl.DataFrame], name: str, *, key: str, label: str = "CSV") -> None:
    """A quiet button that downloads a table.

    Args:
        frame: The table, or what makes it when the button is pressed.
        name: File name without its ending.
        key: Unique on the page.
        label: Text of the button.
    """
    st.download_button(
        label,
        data=lambda: csv_safe(frame() if callable(frame) else frame).write_csv().encode("utf-8"),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=key,
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
    )
