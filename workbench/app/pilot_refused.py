"""What stands in a pilot's place when its file cannot be used."""

from __future__ import annotations

from html import escape

import streamlit as st

from workbench.domain.errors import UsageError


def pilot_refused(problem: UsageError) -> None:
    """Say what is wrong and what works; another pilot can be chosen beside it."""
    with st.container(key="state_error"):
        told = ": ".join(words for words in (problem.where, problem.found) if words)
        allowed = f"<p class='wb-quiet'>What works: {escape(problem.allowed)}</p>" if problem.allowed else ""
        head = "<h2>This pilot cannot be shown</h2>"
        st.html(f'<div class="wb-state" role="alert">{head}<p>{escape(told)}</p>{allowed}</div>')
