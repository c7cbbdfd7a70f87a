"""Where the time goes: the median seconds of every step."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.filters import Filters
from workbench.app.page_head import part_head
from workbench.app.plot import is_dark, plot
from workbench.charts.step_seconds import step_seconds

CHECKS_AND_FILES = {"check": "all checks", "deliver": "all files"}


def steps_panel(chosen: Filters) -> None:
    """Draw the panel: each step, and checks and file writers each as one bar."""
    found = data.metric("seconds_per_step", **chosen.of_figures())
    with st.container(key="panel_steps", height="stretch"):
        if found.height == 0:
            part_head("Seconds per step")
            st.html('<div class="wb-quiet">Nothing was computed under these filters.</div>')
            return
        bars = grouped(found)
        plot(
            step_seconds(
                bars["name"].to_list(), bars["seconds"].to_list(), images=bars["images"].to_list(), dark=is_dark()
            ),
            key="step_seconds", title="Seconds per step", more="median of an image", rows=bars,
            name="seconds_per_step", simulated=chosen.simulated,
        )  # fmt: skip


def grouped(found: pl.DataFrame) -> pl.DataFrame:
    """The metric's rows with checks and file writers summed, in running order: name, seconds, images."""
    columns = ("name", "seconds", "images")
    rows = found.rename({"median_seconds": "seconds"})
    steps = rows.filter(pl.col("kind") == "step").select(columns)
    sums = [
        rows.filter(pl.col("kind") == kind).select(
            pl.lit(name).alias("name"), pl.col("seconds").sum(), pl.col("images").max()
        )
        for kind, name in CHECKS_AND_FILES.items()
        if (rows["kind"] == kind).any()
    ]
    return pl.concat([steps, *sums]) if sums else steps
