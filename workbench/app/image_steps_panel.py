"""How long each step of one image took."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app.image_record import ImageRecord
from workbench.app.page_head import part_head
from workbench.app.plot import is_dark, plot
from workbench.app.steps_panel import CHECKS_AND_FILES
from workbench.charts.amounts import duration
from workbench.charts.step_seconds import step_seconds


def image_steps_panel(image: ImageRecord) -> None:
    """Draw the panel: each step; checks and files as one bar each."""
    events = pl.DataFrame(image.events)
    with st.container(key="panel_image_steps", height="stretch"):
        if events.height == 0:
            part_head("Steps")
            st.html('<div class="wb-quiet">No step has run on this image.</div>')
            return
        names, seconds, failed = _bars(events)
        plot(
            step_seconds(names, seconds, failed=failed, dark=is_dark()), key="image_steps", title="Steps",
            more=f"{duration(events['seconds'].sum())} in all", rows=events, name=f"steps_{image.row['image_id']}",
            simulated=bool(image.row["simulated"]),
        )  # fmt: skip
        for event in image.events:
            if event["outcome"] != "done" and event["error"]:
                st.code(f"{event['name']}: {event['error']}", language=None, wrap_lines=True)


def _bars(events: pl.DataFrame) -> tuple[list[str], list[float], list[bool]]:
    labelled = events.with_columns(
        pl.col("kind").replace_strict(CHECKS_AND_FILES, default=pl.col("name")).alias("label"),
        (pl.col("outcome") != "done").alias("bad"),
    )
    bars = labelled.group_by("label", maintain_order=True).agg(pl.col("seconds").sum(), pl.col("bad").any())
    return bars["label"].to_list(), bars["seconds"].to_list(), bars["bad"].to_list()
