"""Where the sliders of the page Thresholds stand, and what that does to the images on record."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.limits_scope import Desk, certified
from workbench.app.url_state import from_url
from workbench.jobs.unit_costs_of import unit_costs_of
from workbench.routing.backtest import BackTest, backtest
from workbench.routing.certify import Certified
from workbench.routing.policy import Policy
from workbench.routing.revise_policy import revise_policy
from workbench.routing.threshold_trial import with_risk_lane
from workbench.routing.unit_costs import UnitCosts

SLIDER = "t_{}"  # key and name in the address
STEP = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The limits as the sliders say, replayed."""

    desk: Desk
    groups: pl.DataFrame
    categories: list[str]
    policy: Policy
    test: BackTest
    proved: dict[str, Certified]
    costs: UnitCosts
    calibrated: bool

    @property
    def changed_limits(self) -> bool:
        """Whether a slider stands elsewhere than in the policy."""
        old = self.desk.policy
        return any(
            (self.policy.limit(c), self.policy.check_limit(c)) != (old.limit(c), old.check_limit(c))
            for c in self.categories
        )


def groups_of(desk: Desk) -> pl.DataFrame:
    """The images of the scope, in groups.

    Raises:
        NothingYet: No image has a lane yet.
    """
    groups = data.rows("replay_groups", **desk.scope.params())
    if groups.height == 0:
        raise data.NothingYet("no image of this set has a lane")
    return groups


def categories_of(groups: pl.DataFrame) -> list[str]:
    """Categories with images, by name; images without a known one follow the rules only."""
    return sorted(name for name in groups["category"].unique().to_list() if name)


def slider_default(policy: Policy, category: str) -> list[float]:
    """Where a slider stands in the policy."""
    return [round(policy.limit(category), 3), round(policy.check_limit(category), 3)]


def read_sliders(desk: Desk, categories: list[str]) -> dict[str, tuple[float, float]]:
    """Both limits of each category, from the address or the session; before the sliders are drawn."""
    found = {}
    for category in categories:
        key = SLIDER.format(category)
        if st.session_state.get(f"_{key}_of") != desk.policy.hash:  # another policy: its own limits
            if f"_{key}_of" in st.session_state:
                for name in (key, f"_{key}_kept"):
                    st.session_state.pop(name, None)
                st.query_params.pop(key, None)
            st.session_state[f"_{key}_of"] = desk.policy.hash
        value = from_url(key, default=slider_default(desk.policy, category), many=True, parse=_share)
        if len(value) != 2:
            value = slider_default(desk.policy, category)
        low, high = sorted(value)
        st.session_state[key] = [low, high]
        found[category] = (low, high)
    return found


def trial(desk: Desk) -> Trial:
    """Replay what the sliders say."""
    groups = groups_of(desk)
    categories = categories_of(groups)
    limits = read_sliders(desk, categories)
    moved = {c: pair for c, pair in limits.items() if list(pair) != slider_default(desk.policy, c)}
    policy = desk.policy
    if moved:
        policy = revise_policy(
            desk.policy, version=desk.policy.version + 1, max_risk={c: low for c, (low, _) in moved.items()},
            max_check_risk={c: high for c, (_, high) in moved.items()},
        )  # fmt: skip
    costs = unit_costs_of(data.settings(), groups)
    test = backtest(with_risk_lane(groups, policy), policy, costs=costs, capacity_h=desk.people)
    proved, _sample = certified(desk)
    return Trial(
        desk=desk, groups=groups, categories=categories, policy=policy, test=test, proved=proved, costs=costs,
        calibrated=bool(groups["risk_calibrated"].all()),
    )  # fmt: skip


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError(text)
    return value
