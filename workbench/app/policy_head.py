"""The line under the title of Policies, and what was just published."""

from __future__ import annotations

from html import escape

import streamlit as st

from workbench.app import data
from workbench.charts.amounts import moment, plural
from workbench.routing.policy import Policy


def policy_context(policy: Policy) -> list[str]:
    """Title, version, who published it when, how many runs used it."""
    rows = data.rows("policies", policy_name=policy.name, policy_version=policy.version)
    label = f"{policy.name}@{policy.version}"
    if rows.height == 0:
        return [policy.title, label, "shipped or a draft: not published here"]
    row = rows.row(0, named=True)
    used = f"used by {plural(row['runs'], 'run')}" if row["runs"] else "no run has used it yet"
    by = f"published by {row['author']}, {moment(row['published_at'])}"
    return [policy.title, label, by, used, "simulated" if row["simulated"] else ""]


def published_note() -> None:
    """Say once that publishing went well."""
    words = st.session_state.pop("_published", None)
    if words:
        st.html(f'<div class="wb-live" role="status">{escape(words)}</div>')
