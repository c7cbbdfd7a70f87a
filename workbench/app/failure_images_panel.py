"""The images of the field that is open, the costliest first, and the way to the same images in FiftyOne."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.failure_heat_panel import FailureCell
from workbench.app.fiftyone_button import fiftyone_button
from workbench.app.filters import Filters, kept
from workbench.app.image_list import PICTURES, image_list
from workbench.app.images_panel import picture_switch
from workbench.app.navigation import open_page
from workbench.app.page_head import part_head
from workbench.app.url_state import in_url
from workbench.charts.amounts import plural

SHOWN = 24
MOST_ROWS = 1_000_000  # of a CSV


def failure_images_panel(chosen: Filters, cell: FailureCell) -> None:
    """Draw the panel; nothing while nothing was found wrong."""
    asked = {**chosen.of_figures(), "at": cell.category, "mode": cell.mode}
    found = data.rows("failure_mode_images", **asked, take=SHOWN)
    if found.height == 0:
        return
    total = int(found["total"][0])
    with st.container(key="panel_failure_images"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            more = "" if total <= SHOWN else f"; the {SHOWN} that took most minutes"
            part_head(cell.words[:1].upper() + cell.words[1:], plural(total, "image") + more)
            with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
                picture = in_url("show", picture_switch, default="result", allowed=PICTURES)
                csv_button(lambda: _csv(asked), "failure_images", key="csv_failure_images")
        images = list(found.select("set_id", "image_id").iter_rows())
        fiftyone_button(images, simulated=chosen.simulated)
        clicked = image_list(
            found.to_dicts(), form="grid", picture=picture, sort=("minutes", True), links=kept(), key="failure_images"
        )
    if clicked:
        open_page("image", {**kept(), "set": clicked[0], "image": clicked[1]})


def _csv(asked: dict) -> pl.DataFrame:
    rows = data.ask("failure_mode_images", {**asked, "take": MOST_ROWS})
    return rows.select(
        "set_id", "image_id", "sku", "category", "lane", "state", "risk", "rework_minutes",
        pl.col("flags").list.join(", "),
    )  # fmt: skip
