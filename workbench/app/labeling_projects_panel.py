"""Every project that was sent to labelers: how far it is, how fast it goes, and when it will be done."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape

import polars as pl
import streamlit as st

from labeling.project import read_project
from workbench.app.csv_download import csv_button
from workbench.app.lane_badge import simulated_tag
from workbench.app.page_head import part_head
from workbench.app.table import Html, table
from workbench.charts.amounts import NO_DATA, count, percent


def labeling_projects_panel(progress: pl.DataFrame, chosen: str) -> None:
    """Draw the table; the chosen project is bold."""
    rows = progress.to_dicts()
    with st.container(key="panel_label_projects"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Projects", "as of the last pull")
            csv_button(progress, "labeling_projects", key="csv_label_projects")
        head = ("Project", "Layout", "Labelled", "", "Items a day", "Finished by", "Labelers", "Unreadable")
        body = [
            (
                _name(row, chosen), row["layout"], f"{count(row['labelled'])} of {count(row['tasks'])}",
                Html(_bar(row["labelled"] / row["tasks"])), count(per_day(row)), finish_words(row),
                count(row["people"]) if row["people"] else NO_DATA, count(row["refused"] or 0),
            )
            for row in rows
        ]  # fmt: skip
        st.html(f'<div class="wb-wide">{table(head, body, right=(4, 6, 7), keep=(1, 2, 5))}</div>')


def per_day(row: dict) -> float | None:
    """Items answered on a day somebody worked."""
    return row["items_answered"] / row["days"] if row["days"] else None


def finish(row: dict) -> datetime | None:
    """When the open tasks will be done if days go on as they went; None where nothing is open or nobody worked."""
    pace, left = per_day(row), row["tasks"] - row["labelled"]
    if not pace or not left or row["last_at"] is None:
        return None
    each = (
        (row["items_answered"] / row["labelled"]) if row["labelled"] else 1.0
    )  # answers a task takes, overlap included
    calendar = max(1.0, ((row["last_at"] - row["first_at"]).total_seconds() / 86_400 + 1) / row["days"])
    return row["last_at"] + timedelta(days=left * each / pace * calendar)


def finish_words(row: dict) -> str:
    """The same in words."""
    if row["labelled"] >= row["tasks"]:
        return "done"
    at = finish(row)
    return NO_DATA if at is None else f"{at:%-d %b %Y}"


def _name(row: dict, chosen: str) -> Html:
    title = escape(read_project(row["project"]).title)
    shown = f"<b>{title}</b>" if row["project"] == chosen else title
    return Html(f"{shown} {simulated_tag() if row['simulated'] else ''}")


def _bar(share: float) -> str:
    return (
        f'<div class="wb-progress" role="progressbar" aria-valuenow="{share * 100:.0f}" aria-valuemin="0" '
        f'aria-valuemax="100" title="{percent(share)}"><i style="width:{share * 100:.1f}%"></i></div>'
    )
