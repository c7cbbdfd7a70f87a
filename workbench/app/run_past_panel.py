"""The runs so far with their settings and how they ended; one of them opened, to be repeated or looked into."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.data import settings
from workbench.app.filters import set_name
from workbench.app.page_head import part_head
from workbench.app.run_bar import lane_counts, run_bar
from workbench.app.run_person import asker, may_start
from workbench.app.run_sheet import run_sheet
from workbench.app.side_by_side import side_by_side
from workbench.app.table import Html, table
from workbench.app.url_state import in_url
from workbench.charts.amounts import NO_DATA, count, duration, moment, plural
from workbench.domain.errors import WorkbenchError
from workbench.domain.records import LANES
from workbench.jobs.live_runs import live_runs
from workbench.jobs.runs_frame import runs_in_words, runs_table
from workbench.jobs.start_run import choices_of, run_again

SHOWN = 25
GOING_ON = ("starting", "running", "pausing", "paused", "stopping")
STATE_WORDS = {
    "finished": "finished",
    "interrupted": "interrupted",
    "stopped": "stopped by an error",
    "cut off": "cut off",
}


def run_past_panel(rows: Sequence[Mapping[str, Any]]) -> None:
    """Draw the panel.

    Args:
        rows: Rows of `runs.sql`, newest first.
    """
    if not rows:
        st.html('<div class="wb-quiet">Nothing was run in this workspace yet.</div>')
        return
    by_id = {row["run_id"]: row for row in rows}
    frame = runs_table(rows, live_runs(settings()))
    states = dict(frame.select("run", "state").iter_rows())
    with st.container(key="panel_past"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Runs", f"{runs_in_words(rows)}, newest first")
            csv_button(frame, "runs", key="csv_runs")
        pages = -(-len(rows) // SHOWN)
        page = (
            in_url("runs_page", lambda: st.pagination(pages, key="runs_page"), default=1, parse=int) if pages > 1 else 1
        )
        shown = frame.slice((min(max(page, 1), pages) - 1) * SHOWN, SHOWN).to_dicts()
        heads = ("Begun", "Set", "Spec", "Policy", "Images", "Failed", "Time", "By", "State", "")
        st.html(table(heads, [_row(row) for row in shown], right=(4, 5, 6), keep=(0, 9)))
    opened = st.query_params.get("open")
    run = by_id.get(opened) or rows[0]
    _detail(run, states[run["run_id"]])


def _row(row: Mapping[str, Any]) -> tuple[Html | str, ...]:
    address = "run?" + urlencode({"view": "past", "open": row["run"]})
    of = f"{count(row['images'])} of {count(row['of'])}" if row["images"] != row["of"] else count(row["images"])
    return (
        moment(row["started_at"]), row["set"], row["spec"], row["policy"] or NO_DATA, of,
        count(row["refused"] + row["failed"]), duration(row["seconds"]), _by(row), _state(row["state"]),
        Html(f'<a href="{escape(address, quote=True)}" target="_self">Open</a>'),
    )  # fmt: skip


def _by(row: Mapping[str, Any]) -> str:
    return "simulation" if row["simulated"] else row["by"] or NO_DATA


def _state(state: str) -> Html | str:
    words = STATE_WORDS.get(state, state)
    return (
        words
        if state in ("finished", "running", "starting", "paused")
        else Html(f'<span class="wb-late">{escape(words)}</span>')
    )


def _detail(run: Mapping[str, Any], state: str) -> None:
    made, options = choices_of(run), json.loads(run["options"] or "{}")
    with st.container(key="panel_run"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head(f"{set_name(run)}, {moment(run['started_at'])}", run["run_id"])
            with st.container(horizontal=True, width="content", gap="small"):
                words = "Run again" if run["outcome"] == "finished" else "Resume"
                if may_start() and not run["simulated"] and state not in GOING_ON:
                    st.button(words, key="again", icon=":material/replay:", on_click=_again, args=(run["run_id"],),
                              help="The same set, spec and policy: what was computed before is reused.")  # fmt: skip
                st.button(
                    "Compare", key="compare_this", icon=":material/compare_arrows:", on_click=_compare, args=(run,)
                )
        run_figures(run)
        left, right = side_by_side("past", (1, 1.5), gap="medium")
        with left:
            rows = [
                ("Set", run["source"] or NO_DATA), ("Spec", f"{run['spec_name']} ({run['spec_hash'][:8]})"),
                ("Policy", made.policy), ("Workers", count(run["workers"])),
                ("Only the first", NO_DATA if made.limit is None else plural(made.limit, "image")),
                ("Started by", _by({"by": options.get("by"), "simulated": run["simulated"]})),
                ("Ended", moment(run["ended_at"])), ("Why", run["reason"] or NO_DATA),
            ]  # fmt: skip
            st.html(table((), rows, keep=(0,)))
        with right:
            st.html(run_sheet(run["run_id"]) or '<div class="wb-quiet">No image came through.</div>')
            address = escape("overview?" + urlencode({"run": run["run_id"]}), quote=True)
            st.html(f'<a class="wb-more" href="{address}" target="_self">All images of this run</a>')


def run_figures(run: Mapping[str, Any]) -> None:
    """The bar of a run that is over, with its lanes, failures and time."""
    counts = data.rows("app_run_counts", run_id=run["run_id"]).row(0, named=True)
    lanes, failed = {lane: counts[lane] for lane in LANES}, counts["failed"]
    st.html(run_bar(lanes, failed=failed, total=run["images_expected"] or 0))
    over = run["ended_at"] or run["last_result_at"]
    took = duration((over - run["started_at"]).total_seconds()) if over else NO_DATA
    images = counts["images"]
    of = f" of {count(run['images_expected'])}" if images != run["images_expected"] else ""
    words = f"{count(images)}{of} images, {count(run['reused'] or 0)} reused, {took} from begin to end"
    st.html(f'<div class="wb-run-lanes">{lane_counts(lanes, failed=failed)}<span class="wb-quiet">{words}</span></div>')


def _again(run_id: str) -> None:
    try:
        run_again(run_id, settings=settings(), by=asker())
    except WorkbenchError as problem:
        st.session_state["_run_problem"] = str(problem)


def _compare(run: Mapping[str, Any]) -> None:
    st.session_state["view"] = "compare"
    st.session_state["b"] = run["run_id"]
