"""The kinds of images whose rework costs most, with what the search rested on."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from workbench.app import data, pictures
from workbench.app.csv_download import csv_button
from workbench.app.filters import Filters, kept
from workbench.app.flat_picture import flat_picture
from workbench.app.image_list import artefact
from workbench.app.page_head import part_head
from workbench.app.table import Html, table
from workbench.charts.amounts import count, percent, plural
from workbench.inspection import find_slices
from workbench.inspection.find_slices import Found, Slice
from workbench.jobs.costly_slices import examples_of, kinds_of

SHOWN, EXAMPLES = 10, 4


def slices_panel(chosen: Filters) -> None:
    """Draw the panel; nothing while nothing was judged."""
    judged = data.rows("inspection_judged", **chosen.of_figures())
    if judged.height == 0:
        return
    found, examples = _slices(data.snapshot(), tuple(sorted(chosen.of_figures().items(), key=str)), judged)
    with st.container(key="panel_slices"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Kinds that cost most rework", f"of {plural(found.images, 'judged image')}")
            if found.slices:
                csv_button(_frame(found), "costly_slices", key="csv_slices")
        if not found.slices:
            st.html(
                f'<div class="wb-quiet">No kind stands out: {count(found.looked_at)} were looked at on one half '
                f"of {plural(found.skus, 'product')} and the leading {found.tested} tested on the other. A kind with a "
                "rate twice as high as the rest needs some 1,600 judged products to show.</div>"
            )
        else:
            rows = [
                (
                    _kind(one), Html(_thumbnails(examples[place])), count(one.images),
                    f"{percent(one.rate)} of {count(one.n)}", percent(one.rate_rest),
                    f"{one.more_minutes:+.1f} ({one.more_minutes_low:+.1f} – {one.more_minutes_high:+.1f})",
                    f"{one.total_minutes:.0f} ({one.total_low:.0f} – {one.total_high:.0f})",
                    "<0.001" if one.p < 0.001 else f"{one.p:.3f}",
                )
                for place, one in enumerate(found.slices[:SHOWN])
            ]  # fmt: skip
            head = (
                "Kind", "Costliest", "Images", "Wanting", "The rest", "Minutes more each", "Minutes in all", "p, adj.",
            )  # fmt: skip
            st.html(f'<div class="wb-wide">{table(head, rows, right=(2, 3, 4, 5, 6, 7))}</div>')
        with st.expander("How this is computed"):
            st.html(f"<div>{escape(find_slices.__doc__)}</div>")


@st.cache_data(show_spinner="Looking for kinds that fail more often…", max_entries=20)
def _slices(at: int, asked: tuple, _judged: pl.DataFrame) -> tuple[Found, list[list[dict[str, Any]]]]:
    kinds, names = kinds_of(_judged, data.settings())
    found = find_slices.find_slices(kinds, names)
    return found, [examples_of(_judged, kinds, one.kind, most=EXAMPLES) for one in found.slices[:SHOWN]]


def _kind(one: Slice) -> Html:
    """A kind beneath another stands in, with what they share."""
    words = escape(one.words)
    if one.beneath is None:
        return Html(f"<span>{words}</span>")
    shared = f"{one.shared:.0%} of its failures are in the kind it stands beneath"
    return Html(f'<span class="wb-beneath">{words}<small>{shared}</small></span>')


def _thumbnails(images: list[dict[str, Any]]) -> str:
    """Small pictures, each a way to its image."""
    links = []
    for row in images:
        address = escape("image?" + urlencode({**kept(), "image": row["image_id"], "set": row["set_id"]}, doseq=True))
        sku = escape(row["sku"], quote=True)
        made = flat_picture(row, small=True) or artefact(row, "cutout.png")
        picture = escape(pictures.small_url(made, pictures.TINY_PX)) if made else ""
        image = f'<img src="{picture}" alt="" loading="lazy">' if made else sku
        links.append(f'<a href="{address}" target="_self" title="{sku}">{image}</a>')
    return f'<span class="wb-thumbs">{"".join(links)}</span>'


def _frame(found: Found) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"kind": one.words, "beneath": one.beneath, "images": one.images, "n": one.n, "failed": one.failed,
             "rate": one.rate, "rate_rest": one.rate_rest, "more_minutes": one.more_minutes,
             "low": one.more_minutes_low, "high": one.more_minutes_high, "total_minutes": one.total_minutes,
             "total_low": one.total_low, "total_high": one.total_high, "p_adjusted": one.p}
            for one in found.slices
        ]
    )  # fmt: skip
