"""A policy as a person reads it: rules in order, limits by category, the audit, targets."""

from __future__ import annotations

from html import escape

import streamlit as st

from workbench.app.lane_badge import lane_label, tag
from workbench.app.page_head import part_head
from workbench.app.table import Html, table
from workbench.routing.policy import Policy
from workbench.routing.policy_words import policy_in_words


def policy_reading_panel(policy: Policy) -> None:
    """Draw the panel."""
    words = policy_in_words(policy)
    with st.container(key="split_policy"):
        left, right = st.columns((1.5, 1), gap="small")
    with left, st.container(key="panel_rules", height="stretch"):
        part_head("Rules", "all are looked at, the strictest lane wins")
        if not words.rules:
            st.html('<div class="wb-quiet">No rule: the risk alone decides.</div>')
        else:
            rows = [[rule.when, Html(f"at least {lane_label(rule.lane)}"), rule.why] for rule in words.rules]
            st.html(table(("When", "Goes to", "Why"), rows, keep=(1,)))
        st.html(f'<div class="wb-quiet">{escape(policy.description)}</div>')
    with right, st.container(key="panel_limits_read", height="stretch"):
        part_head("Limits", "what no rule decides")
        rows = [[one.category, f"{one.max_risk:g}", f"{one.max_check_risk:g}"] for one in words.limits]
        st.html(table(("Category", "auto up to risk", "check up to risk"), rows, right=(1, 2)))
        uncalibrated = tag("uncalibrated", tip="a documented heuristic; no model has learned from reviews yet")
        st.html(f"<div>{escape(words.audit)}</div>")
        st.html(f"<div class='wb-quiet'>Until a model is trained, risk is {uncalibrated}.</div>")
