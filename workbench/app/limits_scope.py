"""What the pages Thresholds and Policies look at: one set, the engine and spec in use, a policy to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.url_state import in_url
from workbench.domain.errors import PolicyError
from workbench.jobs.policies import policy_names
from workbench.jobs.replay_set import Scope, certify_set, find_policy, newest_making
from workbench.routing.certification_sample import CertificationSample
from workbench.routing.certify import Certified
from workbench.routing.policy import DEFAULT_POLICY, Policy, parse_policy
from workbench.routing.replay_policy import limits_json, with_floor

CONFIDENCES = {0.05: "95%", 0.1: "90%", 0.01: "99%"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The choices of the sidebar."""

    scope: Scope
    set_name: str
    policy: Policy
    target: float
    delta: float
    family_wise: bool
    people: dict[str, float]  # role -> hours a day


def choose_scope() -> tuple[Scope, str]:
    """Draw the choice of the set; simulated sets stand apart and are never mixed in."""
    sets = data.rows("replay_sets").to_dicts()
    if not sets:
        raise data.NothingYet("no run in this lake")
    names = {row["set_id"]: row["set_name"] + (" (simulated)" if row["simulated"] else "") for row in sets}
    first = next((row["set_id"] for row in sets if not row["simulated"]), sets[0]["set_id"])
    with st.sidebar:
        chosen = in_url(
            "set",
            lambda: st.selectbox("Set", list(names), key="set", format_func=names.__getitem__),
            default=first,
            allowed=names,
        )
    row = next(row for row in sets if row["set_id"] == chosen)
    return Scope(set_id=chosen, simulated=row["simulated"]), row["set_name"]


def choose_policy(words: str, *, name: str = "policy", default: str | None = None) -> Policy:
    """Draw the choice of a policy: files of the workspace and the product, and what was published."""
    labels = policy_labels()
    newest = (
        default
        if default in labels
        else next((label for label in labels if label.startswith(f"{DEFAULT_POLICY}@")), labels[0])
    )
    chosen = in_url(name, lambda: st.selectbox(words, labels, key=name), default=newest, allowed=labels)
    return policy_of(chosen or newest)


def policy_labels() -> list[str]:
    """``NAME@VERSION`` of every policy, newest version of a name first; published ones are in the lake."""
    found: dict[str, set[int]] = {}
    for row in data.rows("policies").iter_rows(named=True):
        found.setdefault(row["policy_name"], set()).add(row["policy_version"])
    for name in policy_names(data.settings()):
        try:
            found.setdefault(name, set()).add(find_policy(name, None, data.settings()).version)
        except PolicyError:  # a draft with a mistake is not offered; `policy check` says what is wrong
            continue
    if "first" in found:
        found["first"].add(1)
    return [f"{name}@{version}" for name in sorted(found) for version in sorted(found[name], reverse=True)]


def policy_of(label: str) -> Policy:
    """The policy of a label, from the lake where it was published, else from its file."""
    name, _, version = label.partition("@")
    rows = data.rows("policies", policy_name=name, policy_version=int(version))
    if rows.height:
        return parse_policy(rows["policy_text"][0], where=label)
    return find_policy(label, None, data.settings())


def choose_desk() -> Desk:
    """Draw all choices of the page Thresholds."""
    scope, set_name = choose_scope()
    with st.sidebar:
        policy = choose_policy("Begin with policy")
        target = in_url(
            "rework",
            lambda: st.number_input("Rework in auto at most, %", 0.5, 50.0, step=0.5, key="rework"),
            default=100 * policy.targets.get("rework_in_auto", 0.05),
            parse=float,
        )
        delta = in_url(
            "delta",
            lambda: st.selectbox(
                "Proved with confidence", list(CONFIDENCES), key="delta", format_func=CONFIDENCES.__getitem__
            ),
            default=0.05,
            allowed=CONFIDENCES,
            parse=float,
        )
        family = in_url(
            "family",
            lambda: st.toggle("For all categories together", key="family"),
            default=False,
            parse=lambda text: text == "True",
        )
        st.html('<div class="wb-quiet">Hours people have a day</div>')
        people = {}
        for column, role in zip(st.columns(3), ("checker", "retoucher", "senior"), strict=True):
            with column:
                people[role] = in_url(
                    f"{role}_h",
                    lambda role=role: st.number_input(
                        role.capitalize(), 0.0, 1000.0, step=4.0, key=f"{role}_h", format="%g"
                    ),
                    default=float(policy.targets.get(f"{role}_h", 8.0)),
                    parse=float,
                )
    return Desk(
        scope=scope,
        set_name=set_name,
        policy=policy,
        target=target / 100,
        delta=delta,
        family_wise=bool(family),
        people=people,
    )


def replay_rows(scope: Scope) -> pl.DataFrame:
    """One row an image of a scope."""
    return data.rows("replay_rows", **scope.params())


def groups_under(scope: Scope, policy: Policy) -> pl.DataFrame:
    """The images of a scope in groups, with the lane the policy's limits give each exactly."""
    return data.rows("replay_groups", **scope.params(), limits=limits_json(policy))


def rows_under(scope: Scope, policy: Policy) -> pl.DataFrame:
    """The rows with the least strict lane the policy's rules allow."""
    return with_floor(replay_rows(scope), policy)


def certified(desk: Desk) -> tuple[dict[str, Certified], CertificationSample]:
    """What is proved, category by category, kept while the lake is unchanged."""
    return _certified(
        str(data.settings().catalogue),
        data.snapshot(),
        desk.scope,
        desk.policy.text,
        desk.target,
        desk.delta,
        desk.family_wise,
    )


@st.cache_data(show_spinner=False, max_entries=40)
def _certified(catalogue: str, at: int, scope: Scope, text: str, target: float, delta: float, family_wise: bool) -> Any:
    rows = newest_making(rows_under(scope, parse_policy(text, where="policy")))
    return certify_set(rows, target=target, delta=delta, family_wise=family_wise)
