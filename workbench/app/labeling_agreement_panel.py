"""Agreement by class with its interval."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app.labeling_figures import agreement_rows
from workbench.app.page_head import part_head
from workbench.app.plot import is_dark, plot
from workbench.charts.dots_chart import dots_chart
from workbench.jobs.label_agreement import EVERY_WORD

ALPHA = "agreement"


def labeling_agreement_panel(project: str, mine: pl.DataFrame) -> None:
    """Draw the chart, or why there is none."""
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
