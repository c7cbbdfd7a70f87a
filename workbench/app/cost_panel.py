"""Where the money goes: the cost per approved image by week, category or lane, and the rows behind it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.lane_badge import simulated_tag
from workbench.app.page_head import part_head
from workbench.app.plot import heading_bar, is_dark, plot
from workbench.app.table import table
from workbench.app.url_state import in_url
from workbench.charts.amounts import NO_DATA, count, money
from workbench.charts.cost_bars import bar_label, cost_bars
from workbench.operations.cost_model import PART_WORDS, PARTS, Costs
from workbench.operations.parts_per_approved import parts_per_approved

BY = {"week": "By week", "category": "By category", "lane": "By lane"}
MOST_BARS = 26
TITLE = "Cost per approved image, part by part"


def cost_panel(found: Costs, *, simulated: bool = False) -> None:
    """Draw the picture and the table."""
    with st.container(key="panel_cost"):
        bar = heading_bar()
        with bar:
            part_head(TITLE, _few(found))
            right = st.container(horizontal=True, width="content", vertical_alignment="center")
        with right:
            by = in_url("by", _by_control, default="week", allowed=BY) or "week"
        rows = found.by(by)
        bars = parts_per_approved(rows).tail(MOST_BARS)
        if bars.height == 0:
            st.html('<div class="wb-quiet">No image of this selection is approved or published yet.</div>')
        else:
            chart = cost_bars(
                bars, by, parts=PARTS, currency=found.rates.currency, target=found.rates.targets.cost_per_approved,
                dark=is_dark(),
            )  # fmt: skip
            plotted = bars.select(by, "approved", *PARTS, "per_approved")
            plot(
                chart, key="cost_chart", rows=plotted, title=TITLE, more=BY[by].lower(), name=f"cost_by_{by}",
                simulated=simulated, bar=right,
            )  # fmt: skip
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
            bar_label(row["category"], "category"), bar_label(row["lane"], "lane"), count(row["images"]),
            count(row["approved"]), count(row["still_open"]),
            *(money(row[part], currency) if row[part] else NO_DATA for part in used),
            money(row["total"], currency), money(row["per_approved"], currency) if row["approved"] else NO_DATA,
            money(row["per_processed"], currency),
        )
        for row in detail.iter_rows(named=True)
    ]  # fmt: skip
    return f'<div class="wb-wide">{table(head, body, right=tuple(range(2, len(head))), keep=(0, 1))}</div>'
