"""Labelers: agreement, known answers, speed, drift, and who needs a word about which class; under the privacy rule."""

from __future__ import annotations

from html import escape

import polars as pl
import streamlit as st

from workbench.app.csv_download import csv_button
from workbench.app.labeling_figures import people_of
from workbench.app.page_head import part_head
from workbench.app.table import Html, table
from workbench.charts.amounts import NO_DATA, count, duration, percent
from workbench.jobs.person_figures import pseudonymous


def labeling_people_panel(project: str) -> None:
    """Draw what whoever looks may see."""
    found = people_of(project)
    with st.container(key="panel_labelers", height="stretch"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Labelers", f"{found.labelers}")
            if found.people.height:
                csv_button(pseudonymous(found.people, "labeler"), "labelers", key="csv_labelers")
        if found.group:
            st.html(f'<div class="wb-figure-note" data-group="yes">{_group(found.group)}</div>')
        if found.people.height:
            head = ("Labeler", "Items", "Kappa", "Known right", "Median", "Time, late", "Agreement, late")
            body = [
                (
                    row["labeler"], count(row["items"]), _kappa(row), _gold(row), duration(row["median_s"]),
                    _change(row, "faster", "×"), _change(row, "agreement", "pp"),
                )
                for row in found.people.to_dicts()
            ]  # fmt: skip
            st.html(f'<div class="wb-wide">{table(head, body, right=(1, 2, 3, 4, 5, 6), keep=(0,))}</div>')
            st.html(
                '<div class="wb-quiet">Late: the last third of a session beside the first, over all sessions; grey '
                "where the 95% interval holds no change. Kappa is with what most others say.</div>"
            )
        _words(found.classes.filter(pl.col("needs_a_word")))
        if found.withheld:
            st.html(f'<div class="wb-quiet">{escape(found.withheld)}</div>')


def _words(rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    part_head("Worth a word", "more than chance, corrected for looking at everybody")
    lines = "".join(
        f"<li><b>{escape(row['labeler'])}</b> about <b>{escape(row['word'])}</b>: right {percent(row['share'])} of "
        f"{count(row['items'])} times, the others {percent(row['others_share'])}; says {escape(row['instead'] or '–')} "
        "instead</li>"
        for row in rows.to_dicts()
    )
    st.html(f'<ul class="wb-conclusions">{lines}</ul>')


def _group(group: dict) -> str:
    parts = [f"median of {group['labelers']} labelers: {duration(group['median_s'])} an answer"]
    if group["kappa"] is not None:
        parts.append(f"kappa with the others {group['kappa']:.2f}")
    if group["faster"] is not None:
        parts.append(f"time in a session's last third ×{group['faster']:.2f}")
    if group["agreement"] is not None:
        parts.append(f"agreement there {group['agreement'] * 100:+.1f} points")
    return escape(" · ".join(parts))


def _kappa(row: dict) -> str:
    if row["kappa"] is None:
        return NO_DATA
    return f"{row['kappa']:.2f} ({row['kappa_low']:.2f}–{row['kappa_high']:.2f})"


def _gold(row: dict) -> str:
    return NO_DATA if row["gold_right"] is None else f"{percent(row['gold_right'])} of {row['gold_items']}"


def _change(row: dict, name: str, unit: str) -> Html:
    """A change; grey where its interval holds no change at all."""
    value, low, high = (row[f"{name}{end}"] for end in ("", "_low", "_high"))
    if value is None:
        return Html(NO_DATA)
    none = 1.0 if unit == "×" else 0.0
    shown = f"×{value:.2f}" if unit == "×" else f"{value * 100:+.1f} points"
    return Html(f'<span class="wb-quiet" title="may be chance">{shown}</span>' if low <= none <= high else shown)
