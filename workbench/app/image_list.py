"""The images of a page as a grid of photos or as rows; a click opens one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import streamlit as st

from workbench.app import pictures
from workbench.app.flat_picture import flat_picture
from workbench.app.lane_badge import LANE_WORDS, OUTCOME_WORDS, STATE_WORDS
from workbench.charts.amounts import NO_DATA, work
from workbench.charts.theme import LANE_COLOURS, LANE_INKS, LANE_LETTERS

PICTURES = {"result": "Result", "cutout": "Cutout", "photo": "Photo"}
COLUMNS = (  # label, sort key, set right, long text
    ("SKU", "sku", False, True), ("Category", "category", False, False), ("Lane", "lane", False, False),
    ("State", None, False, False), ("Risk", "risk", True, False), ("Flags", None, False, True),
    ("Complexity", "complexity", True, False), ("Expected", "minutes", True, False), ("Why", None, False, True),
)  # fmt: skip
UNCALIBRATED = "uncalibrated"
_HERE = Path(__file__)


def image_list(
    rows: Sequence[Mapping[str, Any]],
    *,
    form: Literal["grid", "table", "strip"],
    picture: str,
    sort: tuple[str, bool],
    links: Mapping[str, Sequence[str]],
    here: str | None = None,
    on_sort: Callable[[str], None] = lambda by: None,
    key: str = "images",
) -> tuple[str, str] | None:
    """Show images; returns set and image that were just clicked.

    Args:
        rows: Rows of ``app_images.sql``.
        form: Cards, rows, or small cards for a sidebar.
        picture: What a card shows: ``result``, ``cutout`` or ``photo``.
        sort: Sort key and whether it goes down.
        links: Query parameters to keep in the links.
        here: Image id that is open now.
        on_sort: Called with the sort key of a column whose title was clicked.
        key: Key of the widget on the page.
    """
    data = {
        "form": form,
        "rows": [_row(row, picture, links, pictures.TINY_PX if form == "table" else pictures.SMALL_PX) for row in rows],
        "columns": [
            {
                "label": f"{label}, {UNCALIBRATED}" if label == "Risk" and any(map(uncalibrated, rows)) else label,
                "sort": by,
                "right": right,
                "long": long,
                "lane": label == "Lane",
            }
            for label, by, right, long in COLUMNS
        ],
        "sort": {"by": sort[0], "down": sort[1]},
        "here": next((_name(row) for row in rows if row["image_id"] == here), None),
    }
    result = _widget()(
        key=key, data=data, on_open_change=lambda: None, on_sort_change=lambda: on_sort(st.session_state[key].sort)
    )
    return next(((row["set_id"], row["image_id"]) for row in rows if _name(row) == result.open), None)


def artefact(row: Mapping[str, Any], *suffixes: str) -> Mapping[str, Any] | None:
    """The first of the row's files with one of these suffixes."""
    found = {file["suffix"]: file for file in row["artefacts"] or ()}
    return next((found[suffix] for suffix in suffixes if suffix in found), None)


def why(row: Mapping[str, Any]) -> str:
    """The strictest reason of the lane, or what went wrong."""
    if row["outcome"] != "done":
        return row["failure_reason"] or OUTCOME_WORDS.get(row["outcome"], row["outcome"])
    reasons = row["reasons"] or []
    return reasons[0]["words"] if reasons else ""


def uncalibrated(row: Mapping[str, Any]) -> bool:
    """Whether the row's risk is a first guess that no review has confirmed; the word stands beside it then."""
    return row["risk"] is not None and not row["risk_calibrated"]


def _row(row: Mapping[str, Any], picture: str, links: Mapping[str, Sequence[str]], px: int) -> dict[str, Any]:
    lane, done = row["lane"], row["outcome"] == "done"
    photo = pictures.photo_url(row["photo_hash"], px) if row["photo_hash"] else None  # a broken row has no file
    flat, cutout = flat_picture(row, small=True), artefact(row, "cutout.png")
    made = cutout if picture == "cutout" else flat or cutout
    small = pictures.small_url(made, px) if made else None
    category = (row["category"] or "no category").replace("_", " ")
    flags = [name.replace("_", " ") for name in row["flags"] or ()]
    state = STATE_WORDS.get(row["state"] or "", OUTCOME_WORDS.get(row["outcome"], row["outcome"]))
    risk = NO_DATA if row["risk"] is None else f"{row['risk']:.2f}"
    return {
        "id": _name(row),
        "href": "image?" + urlencode({**links, "image": row["image_id"], "set": row["set_id"]}, doseq=True),
        "picture": photo if picture == "photo" or small is None else small,
        "other": (small if picture == "photo" else photo) if small else None,
        "clear": bool(small) and made is cutout and picture != "photo",
        "missing": "no picture" if done else "the photo cannot be shown",
        "name": row["sku"],
        "lines": [category, why(row) if not done else f"risk {risk}{', ' + UNCALIBRATED if uncalibrated(row) else ''}"],
        "flags": flags,
        "tip": f"{row['sku']} · {row['image_id']}",
        "letter": LANE_LETTERS.get(lane),
        "colour": LANE_COLOURS.get(lane),
        "ink": LANE_INKS.get(lane),
        "state": f"{lane}: {LANE_WORDS[lane]}" if lane else state,
        "cells": [
            row["sku"],
            category,
            lane or row["outcome"],
            state,
            risk,
            ", ".join(flags) or "none",
            NO_DATA if row["complexity"] is None else f"{row['complexity']:.0f}",
            work(row["expected_minutes"]),
            why(row),
        ],
    }


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['set_id']}/{row['image_id']}"


@st.cache_resource
def _widget():
    """The widget's definition, registered once a server."""
    css, js = (_HERE.with_suffix(s).read_text(encoding="utf-8") for s in (".css", ".js"))
    return st.components.v2.component("workbench.image_list", html='<div class="il"></div>', css=css, js=js)
