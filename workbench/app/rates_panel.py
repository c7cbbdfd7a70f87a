"""The rates every cost on the page rests on, with the source of each number."""

from __future__ import annotations

from itertools import chain

import streamlit as st

from workbench.app.cost_panel import part_words
from workbench.app.page_head import part_head
from workbench.app.table import table
from workbench.charts.amounts import money
from workbench.operations.cost_model import FORMULA
from workbench.operations.rates import OWN_NAME, Rates


def rates_panel(rates: Rates) -> None:
    """Draw the prices, the formula and the file."""
    with st.container(key="panel_rates"):
        part_head(
            "Rates", f"{rates.name}; your own go to {OWN_NAME} in the workspace, `workbench rates check` reads them"
        )
        st.html(table(("", "Price", "From", "Source"), _rows(rates), right=(1,), keep=(0, 2)))
        left, right = st.columns(2, gap="small")
        with left, st.expander("How the cost is computed"):
            st.html(f"<div>{FORMULA}</div>{part_words()}")
        with right, st.expander("The whole file"):
            st.code(rates.text, language="toml", height=320)


def _rows(rates: Rates) -> list[tuple[str, ...]]:
    currency = rates.currency
    rows = [(f"{one.role}, an hour", money(one.per_hour, currency), one) for one in rates.wages]
    rows += [(f"verdict in {one.lane} ({one.role}), unmeasured", f"{one.seconds:g} s", one) for one in rates.verdicts]
    rows += [("core, an hour", money(one.per_core_second * 3600, currency), one) for one in rates.compute]
    rows += [("escaped image", money(one.per_image, currency), one) for one in rates.escapes]
    rows += list(chain.from_iterable(_vendor(one, currency) for one in rates.vendors))
    return [(name, price, f"{one.valid_from}", one.source) for name, price, one in rows]


def _vendor(one, currency: str):
    if one.per_image:
        yield f"{one.engine}, an image", money(one.per_image, currency), one
    if one.per_minute:
        yield f"{one.engine}, a minute", money(one.per_minute, currency), one
    if one.seats:
        yield f"{one.engine}, {one.seats} seats, a month", money(one.seats * one.per_seat, currency), one
    for tier in one.tiers:
        last = "" if tier.last is None else f" to {tier.last:,}"
        yield f"{one.engine}, image {tier.first:,}{last} of a month", money(tier.per_image, currency), one
