"""The rows behind a figure, image by image or verdict by verdict: read when somebody asks for them, not before."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.filters import Filters

SHOWN = 200
MOST_ROWS = 1_000_000  # of a CSV
Behind = Callable[[int], pl.DataFrame]  # at most so many rows


def behind(query: str, chosen: Filters, **more: str) -> Behind:
    """What reads the rows of ``lake/sql/behind_<query>.sql`` under the filters of a figure."""

    def read(take: int) -> pl.DataFrame:
        return data.rows(f"behind_{query}", **chosen.of_figures(), **more, take=take)

    return read


def behind_table(read: Behind, name: str) -> None:
    """Show the first rows, each with a way to its image, and offer all of them as CSV."""
    rows = read(SHOWN)
    if rows.height == 0:
        return
    more = f"the first {SHOWN}; the CSV holds them all" if rows.height == SHOWN else ""
    st.html(f'<div class="wb-h">One by one<small>{more}</small></div>')
    st.dataframe(
        rows.with_columns(open=pl.Series(_addresses(rows), dtype=pl.String)).select("open", pl.exclude("open")),
        hide_index=True, height=min(320, 40 + 33 * rows.height), row_height=33,
        column_config={"open": st.column_config.LinkColumn("", display_text="open", width="small")},
    )  # fmt: skip
    csv_button(lambda: read(MOST_ROWS), f"{name}_one_by_one", key=f"csv_behind_{name}", label="All of them as CSV")


def _addresses(rows: pl.DataFrame) -> list[str]:
    asked = rows.select("set_id", "image_id", "simulated").iter_rows()
    return [
        f"/image?set={quote(set_id, safe='')}&image={quote(image_id, safe='')}"
        + (f"&simulated=True&simulated_set={quote(set_id, safe='')}" if simulated else "")
        for set_id, image_id, simulated in asked
    ]
