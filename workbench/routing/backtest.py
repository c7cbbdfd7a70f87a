"""What a policy would have done with images on record: lanes, rework, hours, turnaround, cost, and what is unknown.

Rework among images that would go out untouched is estimated from those that were drawn for a look and judged, each
weighted by one over its chance to be drawn; complaints about images nobody drew are left out, because only bad images
are complained about. Kinds of images of which none was judged are counted as unknown and not guessed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.domain.records import LANES
from workbench.routing.approximate_turnaround import approximate_turnaround, why_not_approximated
from workbench.routing.policy import Policy
from workbench.routing.replay_policy import lanes_after
from workbench.routing.unit_costs import SECONDS_AN_HOUR, UnitCosts

if TYPE_CHECKING:
    import polars as pl

ROLES = ("checker", "retoucher", "senior")
PARTS = ("compute", "vendor", "audit", "check", "manual", "senior", "rework", "escapes")
# kinds of images within which a verdict on one says something about the others
STRATUM = ("category", "first_lane")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its interval. ``answered``: judged images it rests on; ``n_effective`` allows for their weights."""

    share: float | None
    low: float | None
    high: float | None
    answered: int
    n_effective: float
    images: int  # it speaks of
    unknown: int  # images of kinds nobody judged: not in the share


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One policy on the images: lane -> images, role -> hours a day, part -> money per approved image."""

    lanes: Mapping[str, int]
    rework: Share  # of auto
    hours: Mapping[str, float]
    turnaround_h: Mapping[str, float]  # lane -> p95, working hours, approximated
    not_approximated: Mapping[str, str]  # lane -> why only a simulation can say it
    cost: Mapping[str, float] | None  # None while nobody knows how often images fail
    cost_low: float | None = None
    cost_high: float | None = None

    @property
    def cost_eur(self) -> float | None:
        """Money per approved image, all parts."""
        return None if self.cost is None else sum(self.cost.values())

    @property
    def auto_share(self) -> float:
        """Share of images that go out untouched."""
        total = sum(self.lanes.values())
        return self.lanes["auto"] / total if total else math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """The policies side by side. ``moves``: lane_before, lane_after, images; ``by_category``: what changes where."""

    images: int
    days: float
    changed: int
    before: Outcome
    after: Outcome
    moves: pl.DataFrame
    by_category: pl.DataFrame
    calibrated: bool


def backtest(
    groups: pl.DataFrame,
    policy: Policy,
    *,
    costs: UnitCosts | None = None,
    capacity_h: Mapping[str, float] | None = None,
    days: float | None = None,
    audit_share_before: float | None = None,
) -> BackTest:
    """Replay a policy.

    Args:
        groups: Rows of ``replay_groups.sql`` under the limits of this policy.
        policy: Rules, limits, audit share.
        costs: Seconds and money per image.
        capacity_h: Role -> hours a day people have; a day's load when left out (they just manage).
        days: How many days the images came in over; from their dates when left out.
        audit_share_before: Share of auto that was audited so far; the policy's own when left out.
    """
    import polars as pl

    costs = costs or UnitCosts()
    days = days or _days(groups)
    held = lanes_after(groups, policy)
    moves = held.group_by(lane_before="lane", lane_after="lane_after").agg(images=pl.col("images").sum())
    audit_before = policy.audit_share if audit_share_before is None else audit_share_before
    known = _known_failures(held)
    before = _outcome(held, "lane", costs, capacity_h, days, audit_before, known)
    after = _outcome(held, "lane_after", costs, capacity_h, days, policy.audit_share, known)
    changed = held.filter(pl.col("lane") != pl.col("lane_after"))
    return BackTest(
        images=int(held["images"].sum()), days=days, changed=int(changed["images"].sum()), before=before, after=after,
        moves=moves.sort(pl.col("lane_before").replace_strict(_RANK), pl.col("lane_after").replace_strict(_RANK)),
        by_category=_by_category(held), calibrated=bool(held.height and held["risk_calibrated"].all()),
    )  # fmt: skip


_RANK = {lane: place for place, lane in enumerate(LANES)}


def rework_share(auto: pl.DataFrame) -> Share:
    """Share of faulty images among groups that go out untouched, from those that were drawn and judged."""
    import polars as pl
    from statsmodels.stats.proportion import proportion_confint

    images = int(auto["images"].sum())
    asked = auto.filter(pl.col("drawn") & pl.col("auto_failed").is_not_null() & (pl.col("chance") > 0))
    known_kinds = auto.join(asked.select(STRATUM).unique(), on=list(STRATUM), how="semi", nulls_equal=True)
    unknown = images - int(known_kinds["images"].sum())
    if asked.height == 0:
        return Share(share=None, low=None, high=None, answered=0, n_effective=0.0, images=images, unknown=images)
    # each stratum stands for the images it has, whatever became of those nobody got round to
    sizes = known_kinds.group_by(STRATUM).agg(size=pl.col("images").sum())
    weighed = (
        asked.join(sizes, on=list(STRATUM), nulls_equal=True)
        .with_columns(raw=pl.col("images") / pl.col("chance"))
        .with_columns(one=pl.col("size") / pl.col("raw").sum().over(STRATUM) / pl.col("chance"))
    )
    total = float((weighed["one"] * weighed["images"]).sum())
    failed = float((weighed["one"] * weighed["images"] * weighed["auto_failed"]).sum())
    effective = total**2 / float((weighed["one"] ** 2 * weighed["images"]).sum())
    share = failed / total
    low, high = proportion_confint(share * effective, effective, method="wilson")
    return Share(
        share=share, low=max(0.0, float(low)), high=min(1.0, float(high)), answered=int(asked["images"].sum()),
        n_effective=effective, images=images, unknown=unknown,
    )  # fmt: skip


def _known_failures(held: pl.DataFrame) -> pl.DataFrame:
    """Share of faulty automatic results by kind, where somebody was asked."""
    import polars as pl

    asked = held.filter(pl.col("drawn") & pl.col("auto_failed").is_not_null())
    return asked.group_by(STRATUM).agg(
        failing=(pl.col("images") * pl.col("auto_failed")).sum() / pl.col("images").sum()
    )


def _outcome(
    held: pl.DataFrame, column: str, costs: UnitCosts, capacity_h: Mapping[str, float] | None, days: float,
    audit_share: float, known: pl.DataFrame,
) -> Outcome:  # fmt: skip
    import polars as pl

    counted = dict(held.group_by(column).agg(pl.col("images").sum()).iter_rows())
    lanes = {lane: int(counted.get(lane, 0)) for lane in LANES}
    share = rework_share(held.filter(pl.col(column) == "auto"))
    checked = held.filter(pl.col(column) == "check").join(known, on=list(STRATUM), how="left", nulls_equal=True)
    seen = checked.filter(pl.col("failing").is_not_null())
    check_failing = float((seen["failing"] * seen["images"]).sum() / seen["images"].sum()) if seen.height else None
    hours = hours_of(lanes, share.share or 0.0, check_failing or 0.0, audit_share, costs, days)
    capacity = {role: (capacity_h or {}).get(role) for role in ROLES}
    turnaround, unsure = {"auto": 0.0}, {}
    for lane, role, seconds in (
        ("check", "checker", costs.check_s),
        ("manual", "retoucher", costs.manual_s),
        ("senior", "senior", costs.senior_s),
    ):
        if lanes[lane]:
            has = capacity[role] if capacity[role] is not None else max(8.0, math.ceil(hours[role] / 8.0 + 0.2) * 8.0)
            unsure[lane] = why_not_approximated(hours[role], has)
            if not unsure[lane]:
                turnaround[lane] = approximate_turnaround(hours[role], has, service_s=seconds)
    cost = low = high = None
    if share.share is not None or lanes["auto"] == 0:
        cost = cost_parts(lanes, share.share or 0.0, check_failing or 0.0, audit_share, costs)
        low, high = (
            sum(cost_parts(lanes, rate or 0.0, check_failing or 0.0, audit_share, costs).values())
            for rate in (share.low, share.high)
        )
    return Outcome(
        lanes=lanes, rework=share, hours=hours, turnaround_h=turnaround, cost=cost, cost_low=low, cost_high=high,
        not_approximated={lane: why for lane, why in unsure.items() if why},
    )  # fmt: skip


def hours_of(
    lanes: Mapping[str, float], auto_failing: float, check_failing: float, audit_share: float, costs: UnitCosts,
    days: float,
) -> dict[str, float]:  # fmt: skip
    """Hours a day by role: checks and audits; manual work and rework of what was found faulty; senior work."""
    found = lanes["auto"] * auto_failing * audit_share + lanes["check"] * check_failing
    seconds = {
        "checker": lanes["check"] * costs.check_s + lanes["auto"] * audit_share * costs.audit_s,
        "retoucher": lanes["manual"] * costs.manual_s + found * costs.rework_s,
        "senior": lanes["senior"] * costs.senior_s,
    }
    return {role: value / SECONDS_AN_HOUR / days for role, value in seconds.items()}


def cost_parts(
    lanes: Mapping[str, float], auto_failing: float, check_failing: float, audit_share: float, costs: UnitCosts
) -> dict[str, float]:
    """Money per approved image in its parts.

    Every image is approved in the end, faulty ones after rework; a faulty image of auto that no audit found costs an
    escape.
    """
    total = max(sum(lanes.values()), 1)
    auto = lanes["auto"]
    faulty = auto * auto_failing
    spent = {
        "compute": sum(lanes.values()) * costs.compute_eur,
        "vendor": sum(lanes.values()) * costs.vendor_eur,
        "audit": auto * audit_share * costs.audit_eur,
        "check": lanes["check"] * costs.check_eur,
        "manual": lanes["manual"] * costs.manual_eur,
        "senior": lanes["senior"] * costs.senior_eur,
        "rework": (faulty * audit_share + lanes["check"] * check_failing) * costs.rework_eur,
        "escapes": faulty * (1 - audit_share) * costs.escape_eur,
    }
    return {part: spent[part] / total for part in PARTS}


def _by_category(held: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    rows = []
    for (category,), mine in held.group_by(["category"], maintain_order=True):
        share = rework_share(mine.filter(pl.col("lane_after") == "auto"))
        rows.append(
            {
                "category": category, "images": int(mine["images"].sum()),
                "auto_before": int(mine.filter(pl.col("lane") == "auto")["images"].sum()),
                "auto_after": share.images,
                "changed": int(mine.filter(pl.col("lane") != pl.col("lane_after"))["images"].sum()),
                "rework_after": share.share, "low": share.low, "high": share.high, "judged": share.answered,
                "unknown": share.unknown,
            }
        )  # fmt: skip
    schema = {
        "category": pl.String, "images": pl.Int64, "auto_before": pl.Int64, "auto_after": pl.Int64,
        "changed": pl.Int64, "rework_after": pl.Float64, "low": pl.Float64, "high": pl.Float64, "judged": pl.Int64,
        "unknown": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema).sort("category", nulls_last=True)


def _days(groups: pl.DataFrame) -> float:
    """Days the images came in over, at least one."""
    if groups.height == 0:
        return 1.0
    span = groups["last_received_at"].max() - groups["first_received_at"].min()
    return max(1.0, span.total_seconds() / 86_400)
