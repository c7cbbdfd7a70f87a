"""Searches the cheapest limits for the images on record, and says in words what was found or what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.charts.amounts import money
from workbench.routing.approximate_turnaround import approximate_turnaround, most_load
from workbench.routing.certify import Certified
from workbench.routing.policy import Policy
from workbench.routing.search_thresholds import Binding, Constraints, Found, search_thresholds
from workbench.routing.threshold_trial import counted, failure_curves, judged
from workbench.routing.unit_costs import UnitCosts

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What came of a search; ``found`` None: nothing can be recommended, ``words`` say why."""

    found: Found | None
    words: tuple[str, ...]


def search_limits(
    groups: pl.DataFrame, policy: Policy, proved: Mapping[str, Certified], *, costs: UnitCosts, target: float,
    hours: Mapping[str, float], days: float,
) -> Searched:  # fmt: skip
    """The cheapest limits within what is proved, what people can do and the policy's target for turnaround.

    Args:
        groups: Rows of ``replay_groups.sql`` by place.
        policy: Rules, audit share, ``targets.turnaround_p95_h``.
        proved: What the audits prove.
        costs: Seconds and money per image.
        target: Share of rework in auto at most.
        hours: Role -> hours a day people have.
        days: How many days the images came in over.
    """
    names = sorted(name for name in groups["category"].unique().to_list() if name)
    calibrated = bool(groups["risk_calibrated"].all())
    curves, _ = failure_curves(judged(groups, policy), names, calibrated=calibrated)
    if curves is None:
        return Searched(
            found=None, words=("Nothing can be searched: too few drawn images are judged to know what fails.",)
        )
    certified = {name: one.max_risk for name, one in proved.items()}
    if not any(value is not None for value in certified.values()):
        return Searched(
            found=None,
            words=(
                "Not certified: the audits prove the promise in no category, so no limit of auto can be recommended; "
                "what is missing stands beneath each limit.",
            ),
        )
    caps, notes = dict(hours), []
    seconds = {"checker": costs.check_s, "retoucher": costs.manual_s, "senior": costs.senior_s}
    within = policy.targets.get("turnaround_p95_h")
    if within is not None:
        caps = {role: min(cap, most_load(cap, within, service_s=seconds[role])) for role, cap in hours.items()}
        said = ", ".join(f"{role} {caps[role]:.1f} of {hours[role]:g} h" for role in hours)
        notes.append(f"So that 95% are done within {within:g} working hours, a day holds at most: {said}.")
    found = search_thresholds(
        counted(groups, policy, names), curves, names, certified=certified, costs=costs,
        audit_share=policy.audit_share, constraints=Constraints(rework_in_auto=target, hours=caps, days=days),
    )  # fmt: skip
    return Searched(found=found, words=(*_words(found, hours, within, seconds), *notes))


def _binds(one: Binding, hours: Mapping[str, float], within_h: float | None, seconds: Mapping[str, float]) -> str:
    """A constraint nothing keeps; the target for turnaround where people have the hours and only finish too late."""
    role = one.constraint.removesuffix(" hours")
    has = hours.get(role, one.allowed)
    if within_h is None or one.needed >= has:
        return replace(one, allowed=has).words
    done_h = approximate_turnaround(one.needed, has, service_s=seconds[role])
    late = f"done within {done_h:.1f} working hours, {done_h - within_h:.1f} too late"
    return (
        f"{role} turnaround: at least {one.needed:.1f} of {has:g} h a day are needed, and then 95% are {late}; the "
        f"target is {within_h:g} h, which {one.allowed:.1f} h of work a day would keep"
    )


def _words(
    found: Found, hours: Mapping[str, float], within_h: float | None, seconds: Mapping[str, float]
) -> list[str]:
    if found.binding:
        bind = [f"{_binds(one, hours, within_h, seconds)}." for one in found.binding]
        return ["No limits keep every constraint; these come nearest.", *bind]
    closed = sorted(name.replace("_", " ") for name, limit in found.max_risk.items() if limit is None)
    lines = [f"The cheapest certified limits found: {money(found.cost_eur)} per approved image."]
    if found.cost_eur - found.bound_eur > 0.005:
        lines.append(f"No limits that keep the constraints can be cheaper than {money(found.bound_eur)}.")
    if closed:
        lines.append(f"Nothing goes out untouched in {', '.join(closed)}: not certified, or no cheaper.")
    return lines
