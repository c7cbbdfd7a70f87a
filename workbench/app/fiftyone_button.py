"""Opens the images on the screen in FiftyOne: builds the dataset beside the page, then shows the link."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from workbench.app.data import settings
from workbench.app.run_person import may_start
from workbench.charts.amounts import plural
from workbench.domain.errors import WorkbenchError
from workbench.jobs.inspection_job import JobState, job_state, start_job

BEAT_S = 1.0
_KEY = "_inspection_job"


def fiftyone_button(images: Sequence[tuple[str, str]], *, simulated: bool) -> None:
    """Draw the button, or how far the job is.

    Args:
        images: Set and image ids on the screen.
        simulated: They are simulated.
    """
    asked = (tuple(images), simulated)
    job, of = st.session_state.get(_KEY, (None, None))
    state = job_state(job, settings()) if job and of == asked else None
    st.fragment(lambda: _panel(asked), run_every=BEAT_S if state is not None and state.alive else None)()


def _panel(asked: tuple[tuple[tuple[str, str], ...], bool]) -> None:
    job, of = st.session_state.get(_KEY, (None, None))
    state = job_state(job, settings()) if job and of == asked else None
    with st.container(horizontal=True, vertical_alignment="center", key="fiftyone_line", gap="small"):
        if state is not None and state.alive:
            _progress(state)
            return
        if state is not None and st.session_state.get("_inspection_alive"):
            st.session_state["_inspection_alive"] = False
            st.rerun()  # ends the beat
        words = f"Open {plural(len(asked[0]), 'image')} in FiftyOne"
        if state is not None and state.address:
            st.link_button("FiftyOne: these images", state.address, type="primary", icon=":material/open_in_new:")
            words = "Build again"
        if may_start() and st.button(words, key="open_fiftyone", icon=":material/grid_view:"):
            _start(asked)
        if state is not None and state.problem:
            st.html(f'<div class="wb-partial" role="alert">{escape(state.problem)}</div>')


def _start(asked: tuple[tuple[tuple[str, str], ...], bool]) -> None:
    try:
        st.session_state[_KEY] = (start_job(asked[0], settings(), simulated=asked[1]), asked)
    except WorkbenchError as problem:
        st.html(f'<div class="wb-partial" role="alert">{escape(str(problem))}</div>')
        return
    st.session_state["_inspection_alive"] = True
    st.rerun()


def _progress(state: JobState) -> None:
    share = state.done / state.total if state.total else 0.0
    words = f"{state.words}: {state.done} of {state.total}" if state.done else f"{state.words} …"
    st.progress(min(share, 1.0), text=words)
