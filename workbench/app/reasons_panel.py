"""Why people sent images back: reasons by number, each with an image to look at."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.filters import Filters
from workbench.app.overview_figures import share_text
from workbench.app.page_head import part_head
from workbench.app.table import Html, table
from workbench.charts.amounts import count, percent, plural

SHOWN = 8


def reasons_panel(chosen: Filters) -> None:
    """Draw the panel."""
    found = data.metric("review_reasons", **chosen.of_figures())
    judged = data.metric("rework_rate", **chosen.of_figures())["images"].item()
    with st.container(key="panel_reasons", height="stretch"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Sent back, by reason", f"of {plural(judged, 'first verdict')}" if judged else "")
            if found.height:
                csv_button(found, "review_reasons", key="csv_reasons")
        if not judged:
            st.html('<div class="wb-quiet">Nobody has judged an image yet. Verdicts are given on the QA board.</div>')
            return
        if found.height == 0:
            st.html('<div class="wb-quiet">Nothing was sent back.</div>')
            return
        rows = [
            (
                count(row["images"]),
                row["reason"].replace("_", " "),
                share_text(row["images"], row["judged"]),
                f"{percent(row['low'])} – {percent(row['high'])}",
                Html(_example(row["example_set_id"], row["example_image_id"])),
            )
            for row in found.head(SHOWN).iter_rows(named=True)
        ]
        st.html(table(("Images", "Reason", "Share", "95% interval", "Newest"), rows, right=(0,), keep=(2, 3, 4)))


def _example(set_id: str, image_id: str) -> str:
    address = escape("image?" + urlencode({"image": image_id, "set": set_id}), quote=True)
    short = image_id if len(image_id) <= 24 else image_id[:23] + "…"
    return f'<a href="{address}" target="_self" title="{escape(image_id, quote=True)}">{escape(short)}</a>'
