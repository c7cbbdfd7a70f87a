"""The cheapest limits, against trying every one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from workbench.routing.certify import grid
from workbench.routing.risk_histogram import risk_histogram
from workbench.routing.search_thresholds import Constraints, search_thresholds
from workbench.routing.unit_costs import UnitCosts

COSTS = UnitCosts(manual_s=300, escape_eur=4)
AUDIT = 0.1


def shop(seed: int = 1, n: int = 4000, categories: int = 2):
    draw = np.random.default_rng(seed)
    risk = draw.random(n).round(1)  # eleven limits, so that all can be tried
    category = draw.integers(0, categories, n)
    floor = draw.choice([0, 0, 0, 1, 2, 3], n)
    failing = np.tile(np.append(grid(), 1.0) ** 2 * 0.3, (categories, 1))
    return risk, category, floor, risk_histogram(risk, category, floor, categories), failing


def every_choice(risk, category, floor, failing, limits, constraints, certified):
    """Cost of the cheapest feasible choice, by trying all."""
    best = np.inf
    options = [-1.0, *np.arange(0, 1.05, 0.1).round(1)]
    pairs = [(a, c) for a, c in itertools.product(options, options) if a <= c]
    fail = failing[0][np.ceil(np.round(risk * 1000, 6)).astype(int)]
    per = []
    for k, name in enumerate(limits):
        mine = category == k
        found = []
        for a, c in pairs:
            if a > (certified[name] if certified[name] is not None else -1.0):
                continue
            r, f, p = risk[mine], floor[mine], fail[mine]
            lane = np.maximum(np.where(r <= a, 0, np.where(r <= c, 1, 2)), f)
            faulty = p[lane == 0]
            if faulty.size and faulty.mean() > constraints.rework_in_auto:
                continue
            n = [np.count_nonzero(lane == q) for q in range(4)]
            bad0, bad1 = faulty.sum(), p[lane == 1].sum()
            cost = (
                n[0] * AUDIT * COSTS.audit_eur
                + bad0 * (AUDIT * COSTS.rework_eur + (1 - AUDIT) * COSTS.escape_eur)
                + n[1] * COSTS.check_eur
                + bad1 * COSTS.rework_eur
                + n[2] * COSTS.manual_eur
                + n[3] * COSTS.senior_eur
                + mine.sum() * COSTS.compute_eur
            )
            check_h = (n[1] * COSTS.check_s + n[0] * AUDIT * COSTS.audit_s) / 3600
            manual_h = (n[2] * COSTS.manual_s + (bad0 * AUDIT + bad1) * COSTS.rework_s) / 3600
            found.append((cost, check_h, manual_h))
        per.append(np.array(found))
    caps = constraints.hours or {}
    for one, two in itertools.product(per[0], per[1]):
        cost, check_h, manual_h = one + two
        if check_h <= caps.get("checker", np.inf) and manual_h <= caps.get("retoucher", np.inf):
            best = min(best, cost)
    return best / risk.size


@pytest.mark.parametrize(
    ("hours", "certified"),
    [
        (None, {"a": 0.8, "b": 0.8}), (None, {"a": 0.3, "b": None}), ({"checker": 9.0}, {"a": 0.6, "b": 0.6}),
        ({"retoucher": 95.0}, {"a": 0.5, "b": 0.4}), ({"checker": 12.0, "retoucher": 110.0}, {"a": 0.5, "b": 0.5}),
    ],
)  # fmt: skip
def test_it_finds_what_trying_everything_finds(hours, certified):
    risk, category, floor, counts, failing = shop()
    constraints = Constraints(rework_in_auto=0.05, hours=hours)
    found = search_thresholds(
        counts, failing, ["a", "b"], certified=certified, costs=COSTS, audit_share=AUDIT, constraints=constraints
    )
    tried = every_choice(risk, category, floor, failing, ["a", "b"], constraints, certified)
    assert not found.binding
    assert found.bound_eur <= tried + 1e-9, "the bound is one"
    assert tried - 1e-9 <= found.cost_eur <= tried * 1.02, "and the choice is within 2% of the best"
    if hours is None:
        assert found.cost_eur == pytest.approx(tried) == pytest.approx(found.bound_eur)
    for role, cap in (hours or {}).items():
        assert found.hours[role] <= cap + 1e-9
    for name, top in certified.items():
        assert (found.max_risk[name] is None) if top is None else found.max_risk[name] <= top
        assert found.rework[name] is None or found.rework[name] <= 0.05
    assert sum(found.lanes.values()) == risk.size


def test_an_infeasible_wish_says_what_binds_and_by_how_much():
    *_, counts, failing = shop()
    wish = {"certified": {"a": 0.2, "b": None}, "costs": COSTS, "audit_share": AUDIT}
    found = search_thresholds(
        counts, failing, ["a", "b"], constraints=Constraints(hours={"retoucher": 1.0, "senior": 2.0}), **wish
    )
    assert [one.constraint for one in found.binding] == ["senior hours", "retoucher hours"]
    retoucher = found.binding[1]
    assert retoucher.needed > retoucher.allowed == 1.0
    assert f"{retoucher.needed - 1:.1f} h are missing" in retoucher.words
    both = search_thresholds(
        counts, failing, ["a", "b"], constraints=Constraints(hours={"retoucher": 80.0, "checker": 2.0}), **wish
    )
    assert both.binding and all("hours" in one.constraint for one in both.binding)


def test_nothing_at_all():
    counts = np.zeros((1, 4, 1002), dtype=int)
    found = search_thresholds(
        counts, np.zeros((1, 1002)), ["a"], certified={"a": 0.5}, costs=COSTS, audit_share=AUDIT,
        constraints=Constraints(),
    )  # fmt: skip
    assert found.cost_eur == 0 and sum(found.lanes.values()) == 0
