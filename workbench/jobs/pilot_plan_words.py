"""What a pilot would do, cost and could show, in words for terminal and page."""

from __future__ import annotations

from workbench.jobs.pilot_new import Plan
from workbench.vendors.pilot import MEASURE_WORDS
from workbench.vendors.spreads import Spread


def pilot_plan_words(plan: Plan) -> list[str]:
    """Photos, what they can show and where that figure comes from, cost, and whose hands the photos go into."""
    pilot = plan.pilot
    lines = [f"{len(plan.photos)} photos of {len(plan.available)} categories, {plan.with_truth} with a true matte"]
    if plan.short:
        fewer = ", ".join(f"{category} {plan.available[category]}" for category in plan.short)
        lines.append(f"Fewer than {pilot.per_category} there are of {fewer}")
    if plan.needed_for_margin:
        wider = plan.needed_at_most > plan.needed_for_margin
        most = f", {plan.needed_at_most:,} if they lie far apart" if wider else ""
        lines.append(
            f"To show that an engine is less than {pilot.margin:g} worse in all: about {plan.needed_for_margin:,} "
            f"photos{most}; to find a difference that large in each category: about {plan.needed_each:,} of each"
        )
        lines.append(spread_words(plan.spread))
    lines.append(f"Calls cost at most €{plan.most_eur:.2f}, the budget is €{pilot.budget_eur:.2f}")
    lines.append(f"Photos leave this machine for: {', '.join(plan.sends_away) or 'nobody'}")
    return lines


def spread_words(spread: Spread) -> str:
    """Where a number of photos comes from."""
    told = f"{spread.typical:.3g}"
    if spread.pairs > 1:
        told += f" ({spread.low:.3g} to {spread.high:.3g} between {spread.pairs} pairs of engines)"
    least = "at least " if spread.pairs > 1 else ""
    on = f", on {least}{spread.photos} photos" if spread.photos else ""
    return (
        f"That rests on how far the {MEASURE_WORDS[spread.measure]} of two engines lies apart from photo to photo: a "
        f"standard deviation of {told}, {spread.source}{on}"
    )
