"""One line on the overview while a run is on: which, how far, how long still, and the way to watch it."""

from __future__ import annotations

from html import escape

import streamlit as st

from workbench.app.data import settings
from workbench.charts.amounts import count, duration
from workbench.lake.desk import Desk, Pulse

EVERY_S = 5.0  # a run of 165 photos takes three minutes


def live_line() -> None:
    """Draw the line, and keep it fresh while there is something to tell."""
    pulses = Desk(settings()).pulses()
    if pulses:
        st.fragment(_line, run_every=EVERY_S)()


def _line() -> None:
    for pulse in Desk(settings()).pulses():
        st.html(
            f'<div class="wb-live" role="status"><i class="{"wb-beat" if pulse.alive else "wb-dead"}"></i>'
            f'<span>{_words(pulse)}</span><a href="run" target="_self">Watch</a></div>'
        )


def _words(pulse: Pulse) -> str:
    state = pulse.state
    name = f"<b>{escape(str(state.get('set_name', 'a set')))}</b>"
    far = f"{count(state.get('images') or 0)} of {count(state.get('total'))} images"
    if not pulse.alive:
        return f"The run of {name} was last heard of {duration(pulse.silent_s)} ago, at {far}. It can be resumed."
    if pulse.wish == "pause":
        return f"The run of {name} is paused at {far}."
    left = state.get("seconds_left")
    return f"{name} is running: {far}" + (f", {duration(left)} left" if left else "")
