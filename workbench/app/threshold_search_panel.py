"""Finds the cheapest limits within what is proved and what people can do, and moves the sliders there."""

from __future__ import annotations

import math
from html import escape

import streamlit as st

from workbench.app.threshold_state import SLIDER, STEP, Trial
from workbench.jobs.search_limits import search_limits

_SAID = "_search_said"


def search_button(trial: Trial) -> None:
    """Draw the button, before the sliders it moves.

    No callback: it would search by what the page was last drawn with, not by a promise typed just before the press.
    """
    pressed = st.button(
        "Find the cheapest certified limits", key="limits_search", icon=":material/search_insights:", type="secondary"
    )
    if pressed:
        st.session_state[_SAID] = (_asked(trial), _found(trial))
        st.rerun()


def search_words(trial: Trial) -> None:
    """Say what the last search found, as long as it was asked the same."""
    said = st.session_state.get(_SAID)
    if said and said[0] == _asked(trial):
        st.html(f'<div class="wb-partial" role="status">{"<br>".join(escape(line) for line in said[1])}</div>')


def _asked(trial: Trial) -> tuple:
    desk = trial.desk
    return desk.scope, desk.policy.hash, desk.target, desk.delta, desk.family_wise, tuple(desk.people.items())


def _found(trial: Trial) -> tuple[str, ...]:
    desk = trial.desk
    searched = search_limits(
        trial.groups, desk.policy, trial.proved, costs=trial.costs, target=desk.target, hours=desk.people,
        days=trial.test.days,
    )  # fmt: skip
    if searched.found is not None:
        for name, limit in searched.found.max_risk.items():
            auto = _down(limit or 0.0)
            check = max(_down(searched.found.max_check_risk[name]), auto)
            st.session_state[SLIDER.format(name)] = [auto, check]
    return searched.words


def _down(limit: float) -> float:
    """The next place of a slider below: rounding up would leave what is proved."""
    return round(math.floor(limit / STEP + 1e-9) * STEP, 3)
