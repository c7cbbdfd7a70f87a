"""Why photos came to nothing: reasons by number, each with an image to look at."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.filters import Filters
from workbench.app.page_head import part_head
from workbench.app.table import Html, table
from workbench.charts.amounts import count, plural

SHOWN = 8


def failures_panel(chosen: Filters) -> None:
    """Draw the panel."""
    found = data.metric("failure_reasons", **chosen.of_figures())
    with st.container(key="panel_failures", height="stretch"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Failures by reason", plural(int(found["images"].sum()), "image"))
            if found.height:
                csv_button(found, "failure_reasons", key="csv_failures")
        if found.height == 0:
            st.html('<div class="wb-quiet">Every photo came through.</div>')
            return
        rows = [
            (
                count(row["images"]),
                row["outcome"],
                row["failure_reason"] or row["failure_kind"] or "",
                (row["failure_step"] or "").replace("_", " "),
                Html(_example(row["example_image_id"])),
            )
            for row in found.head(SHOWN).iter_rows(named=True)
        ]
        st.html(table(("Images", "Outcome", "Reason", "In step", "For example"), rows, right=(0,), keep=(1, 3, 4)))
        if found.height > SHOWN:
            st.html(f'<div class="wb-quiet">and {plural(found.height - SHOWN, "more reason")} in the CSV</div>')


def _example(image_id: str) -> str:
    address = escape("image?" + urlencode({"image": image_id}), quote=True)
    short = image_id if len(image_id) <= 24 else image_id[:23] + "…"
    return f'<a href="{address}" target="_self" title="{escape(image_id, quote=True)}">{escape(short)}</a>'
