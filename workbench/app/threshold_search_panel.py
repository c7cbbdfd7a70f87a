"""Finds the cheapest limits within what is proved and what people can do, and moves the sliders there."""

from __future__ import annotations

import math
from html import escape

import streamlit as st

from workbench.app.threshold_state import SLIDER, STEP, Trial
from workbench.charts.amounts import money
from workbench.routing.search_thresholds import Constraints, Found, search_thresholds
from workbench.routing.threshold_trial import counted, failure_curves, judged

_SAID = "_search_said"


def search_button(trial: Trial) -> None:
    """Draw the button."""
    st.button(
        "Find the cheapest certified limits", key="limits_search", icon=":material/search_insights:",
        on_click=_search, args=(trial,), type="secondary",
    )  # fmt: skip


def search_words(trial: Trial) -> None:
    """Say what the last search found, as long as it was asked the same."""
    said = st.session_state.get(_SAID)
    if said and said[0] == _asked(trial):
        st.html(f'<div class="wb-partial" role="status">{"<br>".join(escape(line) for line in said[1])}</div>')


def _asked(trial: Trial) -> tuple:
    desk = trial.desk
    return desk.scope, desk.policy.hash, desk.target, desk.delta, desk.family_wise, tuple(desk.people.items())


def _search(trial: Trial) -> None:
    st.session_state[_SAID] = (_asked(trial), _found(trial))


def _found(trial: Trial) -> list[str]:
    names = list(trial.categories)
    curves, _ = failure_curves(judged(trial.groups, trial.policy), names, calibrated=trial.calibrated)
    if curves is None:
        return ["Nothing can be searched: too few drawn images are judged to know what fails."]
    proved = {name: one.max_risk for name, one in trial.proved.items()}
    if not any(value is not None for value in proved.values()):
        return [
            "Not certified: in no category do the audits prove the promise, so no limit of auto can be recommended. "
            "What is missing stands beneath each slider."
        ]
    found = search_thresholds(
        counted(trial.groups, trial.desk.policy, names), curves, names, certified=proved, costs=trial.costs,
        audit_share=trial.desk.policy.audit_share,
        constraints=Constraints(rework_in_auto=trial.desk.target, hours=trial.desk.people, days=trial.test.days),
    )  # fmt: skip
    for name in names:
        auto = _down(found.max_risk[name] or 0.0)
        st.session_state[SLIDER.format(name)] = [auto, max(_down(found.max_check_risk[name]), auto)]
    return _words(found)


def _words(found: Found) -> list[str]:
    if found.binding:
        return ["No limits keep every constraint; these come nearest.", *(one.words for one in found.binding)]
    closed = sorted(name.replace("_", " ") for name, limit in found.max_risk.items() if limit is None)
    lines = [f"The cheapest certified limits found: {money(found.cost_eur)} per approved image."]
    gap = found.cost_eur - found.bound_eur
    if gap > 0.005:
        lines.append(f"No limits that keep the constraints can be cheaper than {money(found.bound_eur)}.")
    if closed:
        lines.append(f"Nothing goes out untouched in {', '.join(closed)}: not certified, or no cheaper.")
    return lines


def _down(limit: float) -> float:
    """The next place of a slider below: rounding up would leave what is proved."""
    return round(math.floor(limit / STEP + 1e-9) * STEP, 3)
