"""The buttons of the Labeling page: label, pull, push, choose the next batch, freeze; each a job of its own process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import streamlit as st

from labeling.sampling.strategy import find_strategy, strategy_names
from workbench.app.data import settings
from workbench.app.run_person import asker, may_start
from workbench.domain.errors import WorkbenchError
from workbench.jobs.freeze_dataset import PROJECT
from workbench.jobs.image_tasks import SHOWS
from workbench.jobs.label_job import start_label_job
from workbench.jobs.label_state import ServerState
from workbench.jobs.label_stream import label_stream

BUDGET, PUSHED = 500, 1_000
KNOWN_S = 60
KNOWN_OF_IMAGES = ("failure_quota", "margin", "random", "uncertainty")  # what a run tells is enough for these


def labeling_bar(project: str, state: ServerState, mine: pl.DataFrame) -> None:
    """Draw what can be done with the project now; what cannot says why."""
    if not may_start():
        return
    ready = state.state == "ready"
    why = None if ready else "Label Studio has to run for this."
    not_yet = why or "Push tasks first."
    pushed = bool(mine.height)
    with st.container(key="labeling_bar", horizontal=True, gap="small", vertical_alignment="center"):
        stream = _stream(project, str(settings().workspace)) if ready and pushed else None
        st.link_button("Label", stream or "http://127.0.0.1", type="primary", icon=":material/keyboard:",
                       disabled=stream is None,
                       help="Opens Label Studio's labeling stream." if stream else not_yet)  # fmt: skip
        st.button("Pull", key="pull_labels", icon=":material/download:", disabled=not (ready and pushed), help=not_yet,
                  on_click=_start, args=("pull", project))  # fmt: skip
        with st.popover("Push", icon=":material/upload:", disabled=not ready, help=why, key="push_labels"):
            st.number_input("At most so many items", 1, 1_000_000, PUSHED, key="push_limit")
            st.button("Push", key="push_now", type="primary", on_click=_start, args=("push", project, _push_options))
        model = project == PROJECT
        no_model = why if model else "There is no model that could be asked for this project."
        chosen = model or project in SHOWS
        with st.popover("Next batch", icon=":material/playlist_add:", disabled=not (ready and chosen), key="next_batch",
                        help=why if chosen else "Pilots draw their own pairs."):  # fmt: skip
            _next(project)
        st.button("Ask doubtful labels again", key="ask_again", icon=":material/rule:", disabled=not (ready and model),
                  help=no_model or "Labels a model contradicts that learned from other photos go out once more.",
                  on_click=_start, args=("suspects", project))  # fmt: skip
        with st.popover("Freeze", icon=":material/lock:", disabled=not model, help=None if model else no_model,
                        key="freeze_labels"):  # fmt: skip
            _freeze(project, simulated=bool(mine.height and mine["simulated"].any()))


def _freeze(project: str, *, simulated: bool) -> None:
    st.text_input("Name of the dataset", value="spots", key="freeze_name")
    if simulated:
        st.checkbox(
            "Take simulated labelers, too", key="freeze_simulated", help="A model made of them is never put in use."
        )
    st.button("Freeze the next version", key="freeze_now", type="primary", on_click=_start,
              args=("freeze", project, _freeze_options))  # fmt: skip


def _next(project: str) -> None:
    known = strategy_names() if project == PROJECT else KNOWN_OF_IMAGES
    names = [name for name in known if name != "random"]
    st.number_input("Budget", 1, 100_000, BUDGET, step=100, key="next_budget")
    st.multiselect(
        "Chosen by turns", names, default=names, key="next_strategies", format_func=lambda name: name.replace("_", " "),
        help="; ".join(f"{name.replace('_', ' ')}: {find_strategy(name).about}" for name in names),
    )  # fmt: skip
    st.html("<div class='wb-quiet'>A fifth is drawn by lot in any case, for honest estimates.</div>")
    st.button("Choose and push", key="next_now", type="primary", on_click=_start, args=("next", project, _next_options))


# Options are read when a button is pressed: values handed to it when it was drawn are those of the run before, and
# what was ticked just before the press would be lost.


def _push_options() -> dict[str, Any]:
    return {"limit": st.session_state["push_limit"]}


def _freeze_options() -> dict[str, Any]:
    asked = st.session_state
    more = {"include_simulated": asked["freeze_simulated"]} if "freeze_simulated" in asked else {}
    return {"name": asked["freeze_name"], **more}


def _next_options() -> dict[str, Any]:
    return {"budget": st.session_state["next_budget"], "strategies": st.session_state["next_strategies"] or ["random"]}


def _start(kind: str, project: str, options: Callable[[], Mapping[str, Any]] = dict) -> None:
    try:
        start_label_job(kind, project, settings(), by=asker(), options=options())
    except WorkbenchError as problem:
        st.toast(str(problem))


@st.cache_data(ttl=KNOWN_S, show_spinner=False)
def _stream(project: str, _workspace: str) -> str | None:
    try:
        return label_stream(project, settings())
    except WorkbenchError:  # the line above the buttons says what is wrong
        return None
