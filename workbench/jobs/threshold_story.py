"""Everything a story about one category's limit shows: what is judged, the curves, what is proved, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench import lake
from workbench.domain.curves import CostCurve, Coverage, Reliability
from workbench.domain.errors import UsageError, nearest_match
from workbench.jobs.certified_words import certified_words
from workbench.jobs.replay_set import certify_set, find_policy, newest_making, rows_of, scope_of
from workbench.jobs.search_limits import Searched, search_limits
from workbench.jobs.simulate_history import POLICY_NAME, SET_NAME
from workbench.jobs.unit_costs_of import unit_costs_of
from workbench.routing.certify import Certified
from workbench.routing.curves import cost_curve, reliability, risk_coverage
from workbench.routing.more_audits import more_audits
from workbench.routing.policy import Policy
from workbench.routing.threshold_trial import counted, judged
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

HOURS = {"checker": 16.0, "retoucher": 16.0, "senior": 16.0}  # two of each, eight hours a day


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdStory:
    """One category of a simulated set. Curves are None while too few images are judged."""

    category: str
    policy: Policy
    target: float
    delta: float
    judged: int
    failed: int
    audits: int  # photos that may certify
    reliability: Reliability | None
    coverage: Coverage | None
    cost: CostCurve | None
    certified: Certified
    more: pl.DataFrame | None
    searched: Searched
    proved: pl.DataFrame  # each category: limit and words

    @property
    def limit(self) -> float:
        """Where the policy in force has the limit."""
        return self.policy.limit(self.category)

    @property
    def words(self) -> str:
        """What is judged, in a sentence."""
        return (
            f"**{self.category.replace('_', ' ')}**, simulated: {self.judged:,} drawn images judged, {self.failed:,} "
            f"of them faulty; {self.audits:,} of them may certify (one photo of each SKU, every photo with the same "
            f"chance). Policy {self.policy.name}@{self.policy.version} lets images out up to risk {self.limit:g}."
        )

    @property
    def reliability_words(self) -> str:
        """Whether risk is a probability, held against what chance would make of a perfect one."""
        found = self.reliability
        if found is None:
            return "Too few images are judged for a reliability diagram."
        within = "chance explains that" if found.error <= found.noise_high else "chance does not explain that"
        return (
            f"Risk is off by **{found.error:.1%}** on average. A perfectly calibrated risk, judged on as few images, "
            f"would be off by {found.noise_floor:.1%} on average and by up to {found.noise_high:.1%}: {within}."
        )


def threshold_story(
    settings: Settings, *, category: str | None = None, target: float = 0.08, delta: float = 0.10
) -> ThresholdStory:
    """Replay the simulated set as the page Thresholds does, and keep what a story needs.

    Args:
        settings: Workspace with the simulated history.
        category: Of the photos; default: the one with most photos that may certify.
        target: Share of faulty images in auto that is promised.
        delta: Chance that the promise is wrong.

    Raises:
        UsageError: No such category in the set.
    """
    import polars as pl

    with lake.open(settings, read_only=True) as store:
        scope = scope_of(store, set_name=SET_NAME, simulated=True)
        policy = find_policy(POLICY_NAME, store, settings)
        rows = newest_making(rows_of(store, policy, scope))
        groups = store.query("replay_groups", scope.params())
    proved, sample = certify_set(rows, target=target, delta=delta)
    sizes = {name: len(risk) for name, (risk, _) in sample.by_category().items()}
    chosen = category or max(sizes, key=sizes.get)
    if chosen not in sizes:
        raise UsageError(f"no category {chosen!r}", allowed=sorted(sizes), nearest=nearest_match(chosen, sizes))
    asked = judged(groups, policy).filter(pl.col("category") == chosen)
    risk, failed, weights = (asked[name].to_numpy() for name in ("risk", "failed", "weight"))
    costs = unit_costs_of(settings, groups)
    calibrated = bool(groups["risk_calibrated"].all())
    free = rows.filter((pl.col("category") == chosen) & (pl.col("floor") == 0))["risk"].drop_nulls()
    days = max((rows["received_at"].max() - rows["received_at"].min()).total_seconds() / 86_400, 1.0)
    return ThresholdStory(
        category=chosen, policy=policy, target=target, delta=delta, judged=asked.height, failed=int(failed.sum()),
        audits=sizes[chosen], reliability=reliability(risk, failed),
        coverage=risk_coverage(risk, failed, weights=weights),
        cost=cost_curve(
            counted(groups, policy, [chosen])[0], risk, failed, costs=costs, audit_share=policy.audit_share,
            check_limit=policy.check_limit(chosen), weights=weights, calibrated=calibrated,
        ),
        certified=proved[chosen],
        more=more_audits(*sample.by_category()[chosen], of=free.to_numpy(), target=target, delta=delta),
        searched=search_limits(groups, policy, proved, costs=costs, target=target, hours=HOURS, days=days),
        proved=pl.DataFrame(
            [(name.replace("_", " "), one.max_risk, certified_words(one)) for name, one in sorted(proved.items())],
            schema={"category": pl.String, "up to risk": pl.Float64, "what the audits say": pl.String}, orient="row",
        ),
    )  # fmt: skip
