"""One slider a category: where auto ends and where a check is no longer enough; what is proved stands beneath."""

from __future__ import annotations

from html import escape

import streamlit as st

from workbench.app.page_head import part_head
from workbench.app.threshold_search_panel import search_button, search_words
from workbench.app.threshold_state import SLIDER, STEP, Trial, slider_default
from workbench.app.url_state import in_url
from workbench.charts.amounts import count
from workbench.jobs.certified_words import certified_words
from workbench.routing.certify import Certified


def threshold_sliders(trial: Trial) -> None:
    """Draw the panel."""
    with st.container(key="panel_limits"):
        part_head("Limits", "auto up to the first handle, check up to the second, then manual")
        with st.container(horizontal=True, vertical_alignment="center"):
            search_button(trial)
            if st.button("Back to the policy", key="limits_reset", type="tertiary", disabled=not trial.changed_limits):
                for category in trial.categories:
                    st.session_state[SLIDER.format(category)] = slider_default(trial.desk.policy, category)
                st.rerun()
        search_words(trial)
        images = dict(trial.test.by_category.select("category", "images").iter_rows())
        closed = [category for category in trial.categories if category not in trial.proved]
        for category in trial.categories:
            if category not in closed:
                _slider(trial, category, images.get(category, 0))
        if closed:
            names = ", ".join(f"{name.replace('_', ' ')} ({count(images.get(name, 0))})" for name in closed)
            st.html(
                f'<div class="wb-quiet">Rules send every image to people, no limit lets one out: {escape(names)}.</div>'
            )


def _slider(trial: Trial, category: str, images: int) -> None:
    key, found = SLIDER.format(category), trial.proved[category]
    words = category.replace("_", " ")
    now = list(st.session_state[key])
    in_url(
        key,
        lambda: st.slider(f"{words} · {count(images)}", 0.0, 1.0, step=STEP, key=key, format="%.3f"),
        default=slider_default(trial.desk.policy, category), many=True, parse=float,
    )  # fmt: skip
    st.html(f'<div class="wb-quiet" data-certified="{escape(category)}">{_mark(found, now[0])}</div>')


def _mark(found: Certified, limit: float) -> str:
    """What is proved, in words; the limit beyond it is said to be so."""
    words = escape(certified_words(found))
    if found.max_risk is None:
        return f'<span class="wb-tag">not certified</span> {words}'
    if limit > found.max_risk + 1e-9:
        return f'<span class="wb-tag">not certified</span> The limit is beyond what is proved. {words}'
    return f'<span class="wb-tag wb-pass">certified</span> {words.removeprefix("Certified ")}'
