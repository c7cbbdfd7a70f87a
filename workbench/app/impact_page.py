"""What new pictures brought: the lift over the old ones with its interval, and a plain sentence for each."""

from __future__ import annotations

from dataclasses import asdict
from html import escape

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.filters import Filters
from workbench.app.page_head import part_head
from workbench.app.plot import is_dark, plot
from workbench.app.table import table
from workbench.app.url_state import in_url
from workbench.charts.amounts import NO_DATA, count, percent
from workbench.charts.lift_chart import lift_chart
from workbench.lake.statements import statement
from workbench.operations import lift as lift_module
from workbench.operations.lift import Lift, lifts, when

NAMES = {"cart_rate": "Add-to-cart per view", "order_rate": "Orders per view", "return_rate": "Returns per order"}
IMPORT = ".venv/bin/workbench impact import FILE --workspace"


def impact_page(chosen: Filters) -> None:
    """Everything under the head of the page."""
    totals = data.rows("page_totals", **chosen.of_figures())
    versions = totals["image_version"].unique().sort().to_list()
    if len(versions) < 2:
        _nothing_yet(versions)
        return
    with st.sidebar:
        old = in_url("old", lambda: _version("old", "Old pictures", versions), default=_first(versions, "old", 0),
                     allowed=versions)  # fmt: skip
        new = in_url("new", lambda: _version("new", "New pictures", versions), default=_first(versions, "new", -1),
                     allowed=versions)  # fmt: skip
        by_category = in_url(
            "each", lambda: st.toggle("Each category too", key="each"), default=False, parse=lambda text: text == "True"
        )
    categories = totals["category"].drop_nulls().unique().sort().to_list() if by_category else []
    found = lifts(totals, old=old, new=new, categories=categories)
    with st.container(key="split_impact"):
        left, right = st.columns((1.15, 1), gap="small")
    with left:
        _picture(found, simulated=chosen.simulated)
    with right:
        _conclusions(found, when(totals, old=old, new=new))
    _rows(found, totals)


def _picture(found: list[Lift], *, simulated: bool) -> None:
    told = [one for one in found if one.lift is not None]
    with st.container(key="panel_lift", height="stretch"):
        words = f"intervals hold for all {len(told)} together with 95%" if len(told) > 1 else "95% interval"
        if not told:
            part_head("New over old pictures")
            st.html('<div class="wb-quiet">Too little is known for any comparison; the sentences say why.</div>')
            return
        chart = lift_chart(
            [_name(one) for one in told], [one.lift for one in told], [one.low for one in told],
            [one.high for one in told], dark=is_dark(),
        )  # fmt: skip
        rows = pl.DataFrame([asdict(one) | {"conclusion": one.conclusion} for one in told])
        plot(
            chart, key="lift_chart", title="New over old pictures", more=words, rows=rows, name="lift",
            simulated=simulated,
        )  # fmt: skip


def _conclusions(found: list[Lift], about_days: str) -> None:
    with st.container(key="panel_conclusions", height="stretch"):
        part_head("What can be concluded")
        lines = "".join(
            f"<li>{escape(f'{one.category}: ' if one.category else '')}{escape(one.conclusion)}</li>" for one in found
        )
        st.html(f'<ul class="wb-conclusions">{lines}</ul>')
        part_head("What cannot")
        st.html(f"<div>{escape(about_days)}</div>")


def _rows(found: list[Lift], totals: pl.DataFrame) -> None:
    with st.container(key="panel_lift_rows"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("The numbers")
            with st.container(horizontal=True, width="content"):
                frame = pl.DataFrame([asdict(one) | {"conclusion": one.conclusion} for one in found])
                csv_button(frame, "lift", key="csv_lift", label="Lifts")
                csv_button(totals, "page_results", key="csv_pages", label="Products")
        head = (
            "",
            "Products, old / new",
            "Times, old / new",
            "Old",
            "New",
            "Lift",
            "Interval",
            "p, adjusted",
            "Compared",
        )
        body = [
            (
                _name(one), f"{count(one.skus_old)} / {count(one.skus_new)}",
                f"{count(one.events_old)} / {count(one.events_new)}", percent(one.rate_old), percent(one.rate_new),
                NO_DATA if one.lift is None else f"{one.lift:+.1%}",
                NO_DATA if one.lift is None else f"{one.low:+.1%} – {one.high:+.1%}",
                _p(one.p_adjusted),
                "each product with itself" if one.design == "paired" else "different products",
            )
            for one in found
        ]  # fmt: skip
        st.html(f'<div class="wb-wide">{table(head, body, right=(1, 2, 3, 4, 5, 6, 7), keep=(0, 8))}</div>')
        with st.expander("How this is computed"):
            st.html(f"<div>{escape(lift_module.__doc__)}</div>")
            st.code(statement("page_totals"), language="sql")


def _nothing_yet(versions: list[str]) -> None:
    with st.container(key="state_no_pages"):
        only = (
            f"Only the version {versions[0]!r} is on record: there is nothing to compare it with."
            if versions
            else ("No page results were imported yet, or none are left under these filters.")
        )
        st.html(
            f'<div class="wb-state"><h2>{escape(only)}</h2><p>A CSV or Parquet file with one row per product, image '
            "version and day is enough: sku, image_version (such as old and new), day, views, and as far as known "
            "add_to_cart, orders, returned.</p></div>"
        )
        st.code(f"{IMPORT} {data.settings().workspace}", language=None)


def _p(value: float | None) -> str:
    return NO_DATA if value is None else "<0.001" if value < 0.001 else f"{value:.3f}"


def _version(key: str, words: str, versions: list[str]) -> str:
    return st.selectbox(words, versions, key=key)


def _first(versions: list[str], name: str, place: int) -> str:
    return name if name in versions else versions[place]


def _name(one: Lift) -> str:
    return NAMES[one.outcome] + (f", {one.category.replace('_', ' ')}" if one.category else "")
