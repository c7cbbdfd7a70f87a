"""Two runs of one set side by side: lanes from and to, checks that flipped, risk, time, and the images behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from workbench.app import data, pictures
from workbench.app.csv_download import csv_button
from workbench.app.filters import run_name
from workbench.app.flat_picture import flat_picture
from workbench.app.image_list import artefact
from workbench.app.lane_badge import lane_badge
from workbench.app.page_head import part_head
from workbench.app.side_by_side import side_by_side
from workbench.app.table import Html, table
from workbench.app.url_state import in_url
from workbench.charts.amounts import NO_DATA, count, duration, number, plural
from workbench.domain.records import LANES

PAGE_SIZE = 30
MOST_ROWS = 1_000_000  # of the CSV
OUTCOMES = (*LANES, "refused", "failed")
CHANGES = {"lane": "Lane", "checks": "Checks", "risk": "Risk", "only_a": "Only in A", "only_b": "Only in B"}


def run_compare_panel(rows: Sequence[Mapping[str, Any]]) -> None:
    """Draw the panel.

    Args:
        rows: Rows of `runs.sql`, newest first.
    """
    by_set: dict[str, int] = {}
    for row in rows:
        by_set[row["set_id"]] = by_set.get(row["set_id"], 0) + 1
    runs = {row["run_id"]: row for row in rows if by_set[row["set_id"]] > 1}
    if not runs:
        st.html(
            '<div class="wb-quiet">Two runs of one set are needed: run a set again under another spec or policy.</div>'
        )
        return
    left, right = st.columns(2, gap="small")
    with right:
        b = in_url("b", lambda: _run_box("B, what is compared", "b", runs), default=next(iter(runs)), allowed=runs)
    others = {key: row for key, row in runs.items() if key != b and row["set_id"] == runs[b]["set_id"]}
    with left:
        if st.session_state.get("a") not in others:
            st.session_state.pop("a", None)
        a = in_url(
            "a",
            lambda: _run_box("A, what it is compared with", "a", others),
            default=next(iter(others)),
            allowed=others,
        )
    both = {"run_a": a, "run_b": b}
    totals = data.rows("app_compare_runs", **both).row(0, named=True)
    _totals(totals, runs[a], runs[b])
    left, right = side_by_side("compare", (1, 1.25))
    with left, st.container(key="panel_moves", height="stretch"):
        _moves(data.rows("app_compare_runs_lanes", **both))
    with right, st.container(key="panel_flips", height="stretch"):
        _flips(data.rows("app_compare_runs_checks", **both))
    _images(both)


def _run_box(label: str, key: str, runs: Mapping[str, Mapping[str, Any]]) -> str:
    def words(run_id: str) -> str:
        row = runs[run_id]
        return f"{run_name(row)} · {row['policy_name']}@{row['policy_version']}"

    return st.selectbox(label, list(runs), key=key, format_func=words)


def _totals(totals: Mapping[str, Any], a: Mapping[str, Any], b: Mapping[str, Any]) -> None:
    same = (
        "the same pixels"
        if totals["same_pixels"] == totals["both"]
        else f"{count(totals['same_pixels'])} with the same pixels"
    )
    risk = f"{_risk(totals['risk_a'])} → {_risk(totals['risk_b'])}"
    seconds = f"{duration(totals['core_seconds_a'])} → {duration(totals['core_seconds_b'])}"
    figures = (
        ("images in both, " + same, count(totals["both"])), ("in another lane", count(totals["lane_changed"])),
        (f"mean risk: {count(totals['risk_higher'])} higher, {count(totals['risk_lower'])} lower", risk),
        ("core time an image, when it was computed", seconds),
        (
            f"begin to end: {count(totals['computed_a'])} and {count(totals['computed_b'])} computed",
            f"{_took(a)} → {_took(b)}",
        ),
        ("only in A, only in B", f"{count(totals['only_a'])}, {count(totals['only_b'])}"),
    )  # fmt: skip
    cells = "".join(
        f"<div><b class='wb-num'>{escape(value)}</b><span>{escape(name)}</span></div>" for name, value in figures
    )
    with st.container(key="panel_totals"):
        st.html(f'<div class="wb-look-figures">{cells}</div>')


def _risk(value: float | None) -> str:
    return NO_DATA if value is None else f"{value:.3f}"


def _took(run: Mapping[str, Any]) -> str:
    over = run["ended_at"] or run["last_result_at"]
    return duration((over - run["started_at"]).total_seconds()) if over else NO_DATA


def _moves(found: pl.DataFrame) -> None:
    part_head("Lanes", "rows: in A, columns: in B")
    moved = {(a, b): n for a, b, n in found.iter_rows()}
    used = [lane for lane in OUTCOMES if any(lane in pair for pair in moved)]
    rows = []
    for a in used:
        cells = [
            Html(
                f'<span class="{"wb-same" if a == b else "wb-moved"}">{count(moved[a, b])}</span>'
                if (a, b) in moved
                else ""
            )
            for b in used
        ]
        rows.append((Html(_lane(a)), *cells))
    st.html(f'<div class="wb-moves">{table(("from A to B", *used), rows)}</div>')


def _lane(lane: str | None) -> str:
    if lane is None:
        return f'<span class="wb-quiet">{NO_DATA}</span>'
    return f'<span class="wb-lane">{lane_badge(lane if lane in LANES else None)}{escape(lane)}</span>'


def _flips(found: pl.DataFrame) -> None:
    part_head("Checks", "beyond their limits")
    rows = [
        (
            row["check"].replace("_", " "), count(row["flagged_a"]), count(row["flagged_b"]),
            count(row["newly_flagged"]), count(row["no_longer_flagged"]),
            f"{number(row['mean_a'])} → {number(row['mean_b'], row['unit'])}",
        )
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    st.html(
        table(("Check", "in A", "in B", "newly", "no longer", "mean value"), rows, right=(1, 2, 3, 4, 5), keep=(0, 5))
    )


def _images(both: Mapping[str, str]) -> None:
    with st.container(key="panel_changed"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            head = st.empty()
            with st.container(horizontal=True, width="content"):
                change = in_url("change", lambda: st.pills(
                    "What changed", list(CHANGES), key="change", format_func=CHANGES.__getitem__,
                    label_visibility="collapsed"), default=None, allowed=CHANGES)  # fmt: skip
                csv_button(lambda: _rows(both, change, 0, MOST_ROWS).drop("artefacts", "reasons").with_columns(
                    pl.col("flags_a", "flags_b").list.join(" ")), "changed_images", key="csv_changed")  # fmt: skip
        page = max(1, int(st.session_state.get("changed_page", 1)))
        found = _rows(both, change, (page - 1) * PAGE_SIZE, PAGE_SIZE)
        if found.height == 0 and page > 1:
            found = _rows(both, change, 0, PAGE_SIZE)
        total = int(found["total"][0]) if found.height else 0
        with head:
            part_head("Images that came out differently", plural(total, "image"))
        if not total:
            st.html('<div class="wb-quiet">Every image came out the same.</div>')
            return
        heads = ("", "Image", "In A", "In B", "Risk", "Checks that flipped", "What changed")
        st.html(table(heads, [_row(row) for row in found.iter_rows(named=True)], keep=(0, 2, 3, 4)))
        if total > PAGE_SIZE:
            st.pagination(-(-total // PAGE_SIZE), key="changed_page")


def _rows(both: Mapping[str, str], change: str | None, skip: int, take: int) -> pl.DataFrame:
    return data.rows("app_compare_runs_images", **both, change=change, skip=skip, take=take)


def _row(row: Mapping[str, Any]) -> tuple[Html | str, ...]:
    made = flat_picture(row, small=True) or artefact(row, "cutout.png")
    source = pictures.small_url(made, pictures.TINY_PX) if made else (
        pictures.photo_url(row["photo_hash"], pictures.TINY_PX) if row["photo_hash"] else None
    )  # fmt: skip
    picture = f'<img class="wb-thumb" src="{escape(source, quote=True)}" alt="" loading="lazy">' if source else ""
    appeared = [name for name in row["flags_b"] or () if name not in (row["flags_a"] or ())]
    gone = [name for name in row["flags_a"] or () if name not in (row["flags_b"] or ())]
    flips = [f"+ {name.replace('_', ' ')}" for name in appeared] + [f"− {name.replace('_', ' ')}" for name in gone]
    risk = (
        NO_DATA if row["risk_a"] is None and row["risk_b"] is None else f"{_two(row['risk_a'])} → {_two(row['risk_b'])}"
    )
    return (
        Html(picture), Html(_link(row, row["sku"] or row["image_id"], row["result_id"])),
        Html(_link(row, _lane(row["lane_a"]), row["result_a"], markup=True)),
        Html(_link(row, _lane(row["lane_b"]), row["result_b"], markup=True)), risk,
        ", ".join(flips) if row["result_a"] and row["result_b"] else NO_DATA, CHANGES[row["change"]].lower(),
    )  # fmt: skip


def _two(risk: float | None) -> str:
    return NO_DATA if risk is None else f"{risk:.2f}"


def _link(row: Mapping[str, Any], words: str, result: str | None, *, markup: bool = False) -> str:
    shown = words if markup else escape(words)
    if result is None:
        return shown
    address = "image?" + urlencode({"image": row["image_id"], "set": row["set_id"], "result": result})
    return f'<a href="{escape(address, quote=True)}" target="_self">{shown}</a>'
