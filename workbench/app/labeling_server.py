"""Label Studio's state in one line: where it runs, or what is wrong with it and what to do."""

from __future__ import annotations

from html import escape

import streamlit as st

from workbench.app.data import settings
from workbench.app.run_person import asker, may_start
from workbench.domain.errors import WorkbenchError
from workbench.jobs.label_job import start_label_job
from workbench.jobs.label_state import ServerState, label_state

KNOWN_S = 20  # so long an answer is believed: the page is drawn again at every press


def labeling_server() -> ServerState:
    """Draw what is wrong, if anything; give the state."""
    state = _asked(str(settings().workspace))
    if state.state != "ready":
        with st.container(key="panel_label_server"):
            st.html(
                f'<div class="wb-partial" role="alert" data-server="{state.state}"><b>{escape(state.words)}</b> '
                f"{escape(state.advice)}</div>"
            )
            with st.container(horizontal=True, gap="small"):
                if state.ours and may_start() and state.state in ("absent", "off"):
                    st.button("Start Label Studio", key="start_label_studio", type="primary",
                              icon=":material/power_settings_new:", on_click=_start)  # fmt: skip
                st.button("Look again", key="ask_server_again", on_click=_asked.clear)
    return state


@st.cache_data(ttl=KNOWN_S, show_spinner="Asking Label Studio…")
def _asked(_workspace: str) -> ServerState:
    return label_state(settings())


def _start() -> None:
    try:
        start_label_job("serve", "Label Studio", settings(), by=asker())
    except WorkbenchError as problem:
        st.toast(str(problem))
    _asked.clear()
