"""Every published version: who, why, how it differs from the one before, and what was promised against what came."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape

import streamlit as st

from workbench.app import data
from workbench.app.csv_download import csv_button
from workbench.app.lane_badge import simulated_tag
from workbench.app.page_head import part_head
from workbench.app.states import partial
from workbench.app.table import table
from workbench.charts.amounts import NO_DATA, moment, percent, plural
from workbench.jobs.policy_promise import held_against, lapsed_certificates
from workbench.routing.policy import Policy, load_policy, parse_policy
from workbench.routing.policy_changes import policy_changes

SHOWN = 12


def policy_versions_panel(policy: Policy) -> None:
    """Draw the panel."""
    rows = data.rows("policies", policy_name=policy.name)
    with st.container(key="panel_versions"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            part_head("Versions", plural(rows.height, "published version") if rows.height else "")
            if rows.height:
                csv_button(rows.drop("policy_text"), f"versions_{policy.name}", key="csv_policy_versions")
        if rows.height == 0:
            st.html(
                '<div class="wb-quiet">Nothing of this name has been published yet. Move a limit on the page '
                "Thresholds and publish it, or use <code>workbench policy publish</code>: the version, its "
                "author, the reason and the promise stay here for good.</div>"
            )
            return
        listed = rows.sort("policy_version", descending=True).head(SHOWN).to_dicts()
        for row, older in zip(listed, [*listed[1:], None], strict=True):
            _version(row, older)


def _version(row: dict, older: dict | None) -> None:
    new = parse_policy(row["policy_text"], where=row["policy_name"])
    old = parse_policy(older["policy_text"], where="") if older else _shipped(new)
    changes = policy_changes(old, new) if old else ()
    badge = simulated_tag() if row["simulated"] else ""
    with st.container(key=f"policy_version_{row['policy_version']}"):
        left, right = st.columns((1, 1.1), gap="medium")
        with left:
            lines = "".join(f"<li>{escape(line)}</li>" for line in changes)
            than = f"than version {old.version}" if old else ""
            body = f"<div class='wb-quiet'>Other {than}:</div><ul>{lines}</ul>" if changes else ""
            st.html(
                f"<div><b>Version {row['policy_version']}</b> {badge} <span class='wb-quiet'>{escape(row['author'])}, "
                f"{moment(row['published_at'])}, {plural(row['runs'], 'run')}</span></div>"
                f"<div>“{escape(row['reason'])}”</div>{body}"
            )
        with right:
            _promise(row)


def _promise(row: dict) -> None:
    name = {"policy_name": row["policy_name"], "policy_version": row["policy_version"]}
    outcome = data.rows("policy_outcome", **name, include_simulated=row["simulated"]).row(0, named=True)
    found = held_against(row["promise"], outcome)
    cells = [[one["what"], _percent(one["promised"]), _percent(one["came"]), one["holds"]] for one in found]
    st.html(table(("", "Promised", "Came", ""), cells, right=(1, 2)))
    for words in _lapsed(row["promise"]):
        partial(f"Certificate lapsed. {words}.")
    images = plural(int(outcome["images"] or 0), "image")
    audits = f"{outcome['judged']} of {outcome['drawn']} audits judged"
    st.html(f'<div class="wb-quiet">{images} routed by it, {audits}, {outcome["complaints"]} complaints.</div>')


def _lapsed(promise: str | None) -> list[str]:
    """Certificates that no longer hold for what is in use in the set they were proved on."""
    said = json.loads(promise or "{}")
    if not said.get("certificates"):
        return []
    scope = {"set_id": said["set_id"], "include_simulated": said["simulated"]}
    groups = data.rows("replay_groups", **scope)
    if groups.height == 0:
        return []
    return lapsed_certificates(said, groups.sort("last_received_at").row(-1, named=True), datetime.now(UTC))


def _shipped(policy: Policy) -> Policy | None:
    """The version of the product, where a published one began from it."""
    if policy.name != "first" or policy.version == 1:
        return None
    return load_policy("first@1")


def _percent(value: float | None) -> str:
    return NO_DATA if value is None else percent(value)
