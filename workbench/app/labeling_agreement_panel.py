"""Agreement by class with its interval, and which words stand for each other."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app.csv_download import csv_button
from workbench.app.labeling_figures import agreement_rows, people_of
from workbench.app.page_head import part_head
from workbench.app.plot import is_dark, plot
from workbench.app.table import table
from workbench.charts.amounts import NO_DATA, count, percent
from workbench.charts.dots_chart import dots_chart
from workbench.jobs.label_agreement import EVERY_WORD

ALPHA = "agreement"


def labeling_agreement_panel(project: str, mine: pl.DataFrame) -> None:
    """Draw the chart and the table under it."""
    rows = agreement_rows(project)
    told = rows.filter(pl.col("alpha").is_not_null())
    with st.container(key="panel_label_agreement", height="stretch"):
        if told.is_empty():
            part_head("Agreement")
            reason = next(iter(rows["reason"].drop_nulls()), "nothing was answered twice")
            st.html(f'<div class="wb-quiet">Not known yet: {reason}. Overlap sends a share of tasks to several.</div>')
            return
        shown = told.select(
            name=pl.when(pl.col("word") == EVERY_WORD).then(pl.col("question")).otherwise("   " + pl.col("word")),
            value="alpha", low="low", high="high", of=pl.lit(ALPHA), n="items",
        )  # fmt: skip
        plot(
            dots_chart(shown, title="Krippendorff's alpha", accent=ALPHA, aim=0.8, dark=is_dark()), rows=rows,
            key="label_agreement", title="Agreement by class", more="95% intervals by item",
            simulated=bool(mine["simulated"].any()),
        )  # fmt: skip
        confused = people_of(project).confused.filter(pl.col("word") != pl.col("other")).sort("pairs", descending=True)
        both = {
            row["word"]: row["pairs"] for row in people_of(project).confused.to_dicts() if row["word"] == row["other"]
        }
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Said one and the other", "pairs of answers to one item, nobody is named")
            csv_button(people_of(project).confused, "labels_confused", key="csv_label_confused")
        body = [
            (f"{row['word']} – {row['other']}", count(row["pairs"]), _of(row, both))
            for row in confused.head(6).to_dicts() if row["pairs"]
        ]  # fmt: skip
        st.html(table(("Words", "Pairs", "Of pairs with either"), body, right=(1, 2)))


def _of(row: dict, both: dict[str, int]) -> str:
    whole = row["pairs"] + both.get(row["word"], 0) + both.get(row["other"], 0)
    return percent(row["pairs"] / whole) if whole else NO_DATA
