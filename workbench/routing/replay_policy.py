"""Sends groups of images through a policy: rules first, then the limits, exactly as a run would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from workbench.domain.records import LANES
from workbench.routing.policy import Policy

if TYPE_CHECKING:
    import polars as pl

KIND = ("category", "campaign_tier", "contradicted", "failed_checks")


def rule_floor(
    policy: Policy, *, category: str | None, campaign_tier: str, contradicted: bool, failed_checks: int
) -> int:
    """The least strict lane the rules allow, as its place in `LANES`."""
    return max(
        (
            LANES.index(rule.lane)
            for rule in policy.rules
            if rule.holds(
                category=category, campaign_tier=campaign_tier, contradicted=contradicted, failed_checks=failed_checks
            )
        ),
        default=0,
    )


def with_floor(groups: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The groups (or rows) with ``floor``: the place in `LANES` of the least strict lane the rules allow."""
    import polars as pl

    kinds = groups.select(KIND).unique()
    floors = [rule_floor(policy, **kind) for kind in kinds.iter_rows(named=True)]
    return groups.join(
        kinds.with_columns(floor=pl.Series(floors, dtype=pl.Int8)), on=list(KIND), how="left", nulls_equal=True
    )


def lanes_after(groups: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The groups with ``lane_after``; ``risk_lane`` says where the risk alone sends them."""
    import polars as pl

    ranks = {lane: place for place, lane in enumerate(LANES)}
    return (
        with_floor(groups, policy)
        .with_columns(rank=pl.max_horizontal("floor", pl.col("risk_lane").replace_strict(ranks, return_dtype=pl.Int8)))
        .with_columns(
            lane_after=pl.col("rank").replace_strict(dict(enumerate(LANES)), return_dtype=pl.String)
        )
        .drop("rank")
    )  # fmt: skip


def limits_json(policy: Policy) -> str:
    """The policy's limits as ``replay_groups.sql`` reads them."""
    names = {*policy.max_risk, *policy.max_check_risk, "default"}
    return json.dumps(
        [
            {
                "category": name,
                "max_risk": policy.limit(None if name == "default" else name),
                "max_check_risk": policy.check_limit(None if name == "default" else name),
            }
            for name in sorted(names)
        ]
    )
