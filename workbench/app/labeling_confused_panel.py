"""Which words labelers say for each other about the same item; nobody is named."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app.csv_download import csv_button
from workbench.app.labeling_figures import people_of
from workbench.app.page_head import part_head
from workbench.app.table import table
from workbench.charts.amounts import NO_DATA, count, percent

SHOWN = 6


def labeling_confused_panel(project: str) -> None:
    """Draw the pairs of words that met most often; nothing where no two people answered the same item."""
    met = people_of(project).confused
    if met.is_empty():
        return
    both = {row["word"]: row["pairs"] for row in met.filter(pl.col("word") == pl.col("other")).to_dicts()}
    confused = met.filter((pl.col("word") != pl.col("other")) & (pl.col("pairs") > 0)).sort("pairs", descending=True)
    with st.container(key="panel_label_confused", height="stretch"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Said one and the other", "pairs of answers to one item, nobody is named")
            csv_button(met, "labels_confused", key="csv_label_confused")
        if confused.is_empty():
            st.html('<div class="wb-quiet">Never: whoever answered the same item said the same.</div>')
            return
        body = [
            (f"{row['word']} – {row['other']}", count(row["pairs"]), _of(row, both))
            for row in confused.head(SHOWN).to_dicts()
        ]  # fmt: skip
        st.html(table(("Words", "Pairs", "Of pairs with either"), body, right=(1, 2)))


def _of(row: dict, both: dict[str, int]) -> str:
    whole = row["pairs"] + both.get(row["word"], 0) + both.get(row["other"], 0)
    return percent(row["pairs"] / whole) if whole else NO_DATA
