"""Publishes the limits as the policy's next version: who, why, and what is promised."""

from __future__ import annotations

from html import escape

import streamlit as st

from workbench.app import data, writer
from workbench.app.limits_scope import rows_under
from workbench.app.navigation import open_page
from workbench.app.page_head import part_head
from workbench.app.person import person_if_known
from workbench.app.threshold_state import Trial
from workbench.charts.amounts import money, percent
from workbench.domain.errors import WorkbenchError
from workbench.domain.roles import may
from workbench.jobs.policy_promise import policy_promise
from workbench.jobs.publish_policy import next_version, publish_policy
from workbench.jobs.replay_set import certificates, newest_making
from workbench.routing.policy_changes import policy_changes
from workbench.routing.revise_policy import revise_policy


def publish_panel(trial: Trial) -> None:
    """Draw the panel."""
    with st.container(key="panel_publish"):
        part_head("Publish", f"as the next version of {trial.desk.policy.name}; runs use it from then on")
        changes = policy_changes(trial.desk.policy, trial.policy)
        if not changes:
            st.html('<div class="wb-quiet">The limits are those of the policy. Move a slider to change one.</div>')
            return
        st.html("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in changes) + "</ul>")
        beyond = [
            category.replace("_", " ")
            for category in trial.categories
            if trial.policy.limit(category)
            > (_proved(trial, category) if _proved(trial, category) is not None else -1.0)
            and trial.policy.limit(category) != trial.desk.policy.limit(category)
        ]
        if beyond:
            st.html(
                '<div class="wb-partial" role="status">Not certified: nothing proves that rework in auto stays below '
                f"{percent(trial.desk.target)} in {escape(', '.join(beyond))}. It can be published all the same; the "
                "promise says so.</div>"
            )
        if trial.desk.scope.simulated:
            st.html('<div class="wb-partial">A simulated set says nothing about real images: choose a real set.</div>')
            return
        who = person_if_known()
        if who is not None and not may(who.role, "edit_specs"):
            st.html(f'<div class="wb-quiet">A lead publishes policies; you are here as {escape(who.role)}.</div>')
            return
        with st.form("publish", border=False):
            author = st.text_input("Who decides", value=who.name if who else "", key="publish_author")
            reason = st.text_input(
                "Why", key="publish_reason", placeholder="What shall get better, and what may suffer"
            )
            if st.form_submit_button("Publish", type="primary", key="publish_now"):
                _publish(trial, author, reason)


def _proved(trial: Trial, category: str) -> float | None:
    found = trial.proved.get(category)
    return found.max_risk if found else None


def _publish(trial: Trial, author: str, reason: str) -> None:
    settings, desk = data.settings(), trial.desk
    rows = newest_making(rows_under(desk.scope, trial.policy))
    promise = policy_promise(trial.test, desk.scope, certificates(trial.proved, rows))

    def act(store):
        policy = revise_policy(trial.policy, version=next_version(store, desk.policy.name, settings))
        return publish_policy(policy, store=store, settings=settings, author=author, reason=reason, promise=promise)

    try:
        done = writer.write(act)
    except WorkbenchError as error:
        st.html(f'<div class="wb-partial" role="alert">{escape(str(error))}</div>')
        return
    cost = "cost unknown" if promise["cost_eur"] is None else f"cost {money(promise['cost_eur'])}"
    rework = "rework unknown" if promise["rework"] is None else f"rework in auto {percent(promise['rework'])}"
    words = f"auto {percent(promise['auto_share'])}, {rework}, {cost}"
    st.session_state["_published"] = f"Published {done.name}@{done.version}. Promised: {words}."
    open_page("policies", {"policy": f"{done.name}@{done.version}"})
