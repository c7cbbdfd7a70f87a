"""What is going on now: every run with a pulse, wherever it was started; redrawn by itself while one is alive."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from workbench.app.data import settings
from workbench.app.run_bar import lane_counts, run_bar
from workbench.app.run_person import asker, may_start
from workbench.app.run_sheet import run_sheet
from workbench.charts.amounts import NO_DATA, count, duration, moment, plural
from workbench.domain.errors import WorkbenchError
from workbench.jobs.live_runs import LiveRun, dismiss_run, live_runs, wish_run
from workbench.jobs.start_run import log_tail, run_again

BEAT_S = 1.5  # while a run is alive
LOOK_S = 5.0  # while none is: one started elsewhere is seen this soon
FAILURES_SHOWN = 6
WORDS = {
    "starting": "starting the workers", "running": "running", "pausing": "finishing the images in hand, then it pauses",
    "paused": "paused", "stopping": "finishing the images in hand, then it stops", "died": "died",
    "full": "the disk is full",
}  # fmt: skip


def run_live_panel() -> None:
    """Draw the runs that have a pulse; when one begins or ends, the whole page is drawn again."""
    now = live_runs(settings())
    st.session_state["_live_drawn"] = _shape(now)
    st.fragment(_live, run_every=BEAT_S if any(run.alive for run in now) else LOOK_S)()


def _shape(runs: list[LiveRun]) -> list[tuple[str, bool]]:
    return [(run.run_id, run.alive) for run in runs]


def _live() -> None:
    runs = live_runs(settings())
    if _shape(runs) != st.session_state.get("_live_drawn"):
        st.rerun()
    for run in runs:
        with st.container(key=f"panel_live_{run.run_id}"):
            _head(run)
            if run.alive:
                _progress(run)
            else:
                _ended(run)
            _below(run)


def _head(run: LiveRun) -> None:
    told, stage = run.state, run.stage
    kind = "wb-dead" if not run.alive else "wb-wait-dot" if stage in ("paused", "pausing", "stopping") else "wb-beat"
    words = WORDS[stage]
    if stage in ("pausing", "paused", "stopping") and run.wished_by:
        words += f" (asked by {run.wished_by})"
    begun = f"begun {moment(run.started_at)} by {told.get('by', 'somebody')} on {told.get('host', 'a machine')}"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(
            f'<div class="wb-run-head"><i class="{kind}"></i><b>{escape(str(told.get("set_name", run.run_id)))}</b>'
            f'<span class="wb-run-stage" data-stage="{stage}">{escape(words)}</span></div>'
            f'<div class="wb-quiet">{escape(str(told.get("spec", "")))} · {escape(str(told.get("policy", "")))} · '
            f"{escape(begun)} · {escape(run.run_id)}</div>"
        )
        if may_start():
            with st.container(horizontal=True, width="content", gap="small"):
                _buttons(run)


def _buttons(run: LiveRun) -> None:
    name = run.run_id
    if not run.alive:
        st.button(
            "Resume", key=f"resume_{name}", type="primary", icon=":material/play_arrow:", on_click=_again, args=(name,)
        )
        st.button("Dismiss", key=f"dismiss_{name}", on_click=dismiss_run, args=(name, settings()),
                  help="Takes it off this page. What it made stays; it can be resumed under Past runs.")  # fmt: skip
        return
    if run.wish == "pause":
        st.button(
            "Resume", key=f"go_{name}", type="primary", icon=":material/play_arrow:", on_click=_wish, args=(name, "go")
        )
    elif run.wish == "go":
        st.button("Pause", key=f"pause_{name}", icon=":material/pause:", on_click=_wish, args=(name, "pause"))
    with st.popover("Cancel", icon=":material/stop:", disabled=run.wish == "cancel", key=f"sure_{name}"):
        left = (run.state.get("total") or 0) - (run.state.get("images") or 0)
        st.html(
            f"<div>The images in hand are finished and kept. {plural(left, 'image')} will not be begun; the run can be "
            "resumed later.</div>"
        )
        st.button("Cancel the run", key=f"cancel_{name}", type="primary", on_click=_wish, args=(name, "cancel"))


def _progress(run: LiveRun) -> None:
    told = run.state
    total, images, speed = told.get("total") or 0, told.get("images") or 0, told.get("images_per_second")
    st.html(run_bar(told.get("lanes") or {}, failed=told.get("failed") or 0, total=total, paused=run.wish != "go"))
    left = duration(told["seconds_left"]) if told.get("seconds_left") is not None and run.wish == "go" else NO_DATA
    figures = (
        ("images", f"{count(images)} <small>of {count(total)}</small>"),
        ("images/s", NO_DATA if speed is None else f"{speed:.2f}"),
        ("time left", left),
        ("reused", count(told.get("reused") or 0)),
        ("refused or failed", count(told.get("failed") or 0)),
    )
    cells = "".join(
        f"<div data-figure='{name}'><b class='wb-num'>{value}</b><span>{name}</span></div>" for name, value in figures
    )
    st.html(f'<div class="wb-run-figures">{cells}{lane_counts(told.get("lanes") or {}, failed=0)}</div>')


def _ended(run: LiveRun) -> None:
    told = run.state
    far = f"{count(told.get('images') or 0)} of {count(told.get('total') or 0)} images"
    st.html(run_bar(told.get("lanes") or {}, failed=told.get("failed") or 0, total=told.get("total") or 0, paused=True))
    if run.stage == "full":
        words = (
            f"The disk is full. The run stopped at {far}; nothing half-written was kept. Free some space, then resume."
        )
    else:
        words = (
            f"Nothing has been heard of this run for {duration(run.silent_s)}: its process ({told.get('pid')} on "
            f"{told.get('host')}) ended at {far}. What it delivered is safe; resuming repeats nothing."
        )
    st.html(f'<div class="wb-partial wb-run-trouble" role="alert">{escape(words)}</div>')
    if problem := told.get("problem") if run.stage != "full" else None:
        st.html(f'<div class="wb-quiet">{escape(problem)}</div>')
    if tail := log_tail(told.get("pid"), settings()):
        with st.expander("What it printed last"):
            st.code(tail, language=None, wrap_lines=True)


def _below(run: LiveRun) -> None:
    failures = run.state.get("failures") or []
    sheet = run_sheet(run.run_id)
    if failures:
        left, right = st.columns((1.5, 1), gap="medium")
        with left:
            st.html(_sheet(sheet, alive=run.alive))
        with right:
            st.html(_failures(failures))
    else:
        st.html(_sheet(sheet, alive=run.alive))


def _failures(failures: Sequence[Sequence[str]]) -> str:
    """The last of them, newest first; each with its reason."""
    items = "".join(
        f"<li><b>{escape(path)}</b> {escape(outcome)}<div class='wb-quiet'>{escape(reason)}</div></li>"
        for _, path, outcome, reason in reversed(failures[-FAILURES_SHOWN:])
    )
    return f'<ul class="wb-run-failures" aria-label="refused or failed, newest first">{items}</ul>'


def _sheet(markup: str, *, alive: bool) -> str:
    words = (
        "The newest results appear here as they are stored, every few seconds." if alive else "No result was stored."
    )
    return markup or f'<div class="wb-quiet">{words}</div>'


def _wish(run_id: str, wish: str) -> None:
    try:
        wish_run(run_id, wish, by=asker(), settings=settings())
    except WorkbenchError as problem:  # it ended meanwhile
        st.toast(str(problem))


def _again(run_id: str) -> None:
    try:
        run_again(run_id, settings=settings(), by=asker())
    except WorkbenchError as problem:
        st.session_state["_run_problem"] = str(problem)
