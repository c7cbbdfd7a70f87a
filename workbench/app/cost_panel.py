"""Where the money goes: the cost per approved image by week, category or lane, and the rows behind it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.cost_figures import shown_parts
from workbench.app.csv_download import csv_button
from workbench.app.lane_badge import simulated_tag
from workbench.app.page_head import part_head
from workbench.app.plot import is_dark, plot
from workbench.app.table import table
from workbench.app.url_state import in_url
from workbench.charts.amounts import NO_DATA, count, money
from workbench.charts.cost_parts import cost_parts
from workbench.operations.cost_model import PART_WORDS, PARTS, Costs

BY = {"week": "By week", "category": "By category", "lane": "By lane"}
MOST_BARS = 26


def cost_panel(found: Costs) -> None:
    """Draw the picture and the table."""
    with st.container(key="panel_cost"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Cost per approved image, part by part", _few(found))
            by = in_url("by", _by_control, default="week", allowed=BY) or "week"
        rows = found.by(by)
        bars = shown_parts(rows).tail(MOST_BARS)
        if bars.height == 0:
            st.html('<div class="wb-quiet">No image of this selection is approved or published yet.</div>')
        else:
            chart = cost_parts(
                [_label(value, by) for value in bars[by].to_list()], {part: bars[part].to_list() for part in PARTS},
                approved=bars["approved"].to_list(), currency=found.rates.currency,
                target=found.rates.targets.cost_per_approved, dark=is_dark(),
            )  # fmt: skip
            plot(chart, key="cost_chart", png=f"cost_by_{by}")
    with st.container(key="panel_cost_rows"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("By category and lane", f"{found.rates.currency}, in all, of every image received")
            detail = found.by("category", "lane")
            csv_button(detail, "cost_by_category_and_lane", key="csv_cost_rows")
        st.html(_rows(detail, found.rates.currency))


def part_words() -> str:
    """HTML of what the parts mean."""
    return table((), [(part, PART_WORDS[part]) for part in PARTS], keep=(0,))


def simulated_note(simulated: bool) -> None:
    """The badge under the head of a page that shows simulated rows."""
    if simulated:
        st.html(f"<div>{simulated_tag()} every figure here rests on a simulated history</div>")


def _by_control() -> str:
    return st.segmented_control("Split by", list(BY), key="by", format_func=BY.get, label_visibility="collapsed")


def _few(found: Costs) -> str:
    least = data.settings().min_n_for_percent
    approved = int(found.counts["approved"].sum())
    return f"only {count(approved)} approved" if approved < least else ""


def _label(value: object, by: str) -> str:
    if value is None:
        return "no category" if by == "category" else "no lane"
    return f"{value:%-d %b}" if by == "week" else str(value).replace("_", " ")


def _rows(detail: pl.DataFrame, currency: str) -> str:
    used = [part for part in PARTS if detail[part].sum() > 0]
    head = (
        "Category",
        "Lane",
        "Images",
        "Approved",
        "Open",
        *(part.capitalize().replace("Qa", "QA") for part in used),
        "Total",
        "Per approved",
        "Per processed",
    )
    body = [
        (
            _label(row["category"], "category"), _label(row["lane"], "lane"), count(row["images"]),
            count(row["approved"]), count(row["still_open"]),
            *(money(row[part], currency) if row[part] else NO_DATA for part in used),
            money(row["total"], currency), money(row["per_approved"], currency) if row["approved"] else NO_DATA,
            money(row["per_processed"], currency),
        )
        for row in detail.iter_rows(named=True)
    ]  # fmt: skip
    return f'<div class="wb-wide">{table(head, body, right=tuple(range(2, len(head))), keep=(0, 1))}</div>'
