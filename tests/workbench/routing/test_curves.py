"""The curves behind a limit."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.charts.cost_curve_chart import cost_curve_chart
from workbench.charts.coverage_chart import coverage_chart
from workbench.charts.reliability_chart import reliability_chart
from workbench.routing.curves import cost_curve, reliability, risk_coverage
from workbench.routing.risk_histogram import risk_histogram
from workbench.routing.unit_costs import UnitCosts


def sample(n: int, *, seed: int = 1, scale: float = 1.0):
    draw = np.random.default_rng(seed)
    risk = draw.beta(1.5, 5, n)
    return risk, draw.random(n) < np.minimum(1, scale * risk)


def test_a_calibrated_model_stays_at_its_noise_floor_and_another_does_not():
    inside = [reliability(*sample(400, seed=seed)) for seed in range(40)]
    assert np.mean([one.error for one in inside]) == pytest.approx(
        np.mean([one.noise_floor for one in inside]), rel=0.1
    )
    assert sum(one.error > one.noise_high for one in inside) <= 7, "5% of 40 is 2; 7 is its 99.9% point"
    wrong = reliability(*sample(400, scale=3))
    assert wrong.error > wrong.noise_high
    assert sum(wrong.n) == 400 and len(wrong.risk) == 10


def test_the_noise_floor_falls_with_more_images():
    few, many = (reliability(*sample(n)) for n in (60, 6000))
    assert many.noise_floor < few.noise_floor / 4


def test_coverage_counts_what_goes_out():
    risk, failed = np.array([0.1, 0.2, 0.3, 0.4]), np.array([False, False, True, True])
    found = risk_coverage(risk, failed, points=11)
    at = {round(limit, 1): place for place, limit in enumerate(found.limit)}
    assert found.coverage[at[0.2]] == 0.5 and found.failed[at[0.2]] == 0
    assert found.coverage[at[0.4]] == 1.0 and found.failed[at[0.4]] == 0.5
    assert found.failed[at[0.0]] is None, "nothing goes out: no share"


def test_an_audit_of_one_in_ten_counts_ten_times():
    # auto up to 0.2, audited at 10%: one right, one wrong; check above it, all looked at: both wrong
    risk, failed, weights = (
        np.array([0.1, 0.2, 0.3, 0.4]),
        np.array([False, True, True, True]),
        np.array([10, 10, 1, 1]),
    )
    found = risk_coverage(risk, failed, weights=weights, points=11)
    at = {round(limit, 1): place for place, limit in enumerate(found.limit)}
    assert found.coverage[at[0.2]] == pytest.approx(20 / 22) and found.failed[at[0.2]] == 0.5
    assert found.coverage[at[0.3]] == pytest.approx(21 / 22) and found.failed[at[0.3]] == pytest.approx(11 / 21)
    assert found.coverage[at[0.4]] == 1.0 and found.failed[at[0.4]] == pytest.approx(12 / 22), "3 of 4 unweighted"


def test_the_cost_of_escapes_counts_an_audit_of_one_in_ten_ten_times():
    # 40 images at one risk: 20 audited at 10%, none wrong; 20 looked at for sure, all wrong: 20 of 220 fail. The curve
    # is held by half an answer of the mean share at both ends, which changes nothing here: it is the mean everywhere
    risk, failed = np.full(40, 0.2), np.repeat([False, True], 20)
    counts = risk_histogram(risk, np.zeros(40, dtype=int), np.zeros(40, dtype=int), 1)[0]
    costs = UnitCosts()
    how = {"costs": costs, "audit_share": 0.1, "check_limit": 1.0, "repeats": 10}
    found = cost_curve(counts, risk, failed, weights=np.repeat([10, 1], 20), **how)
    assert found.parts["escapes"][-1] == pytest.approx(20 / 220 * 0.9 * costs.escape_eur)
    assert found.parts["rework"][-1] == pytest.approx(20 / 220 * 0.1 * costs.rework_eur)
    assert cost_curve(counts, risk, failed, **how).parts["escapes"][-1] == pytest.approx(0.5 * 0.9 * costs.escape_eur)


def test_cost_parts_at_both_ends_are_those_of_one_lane():
    risk, failed = sample(300)
    counts = risk_histogram(risk, np.zeros(300, dtype=int), np.zeros(300, dtype=int), 1)[0]
    costs = UnitCosts()
    found = cost_curve(counts, risk, failed, costs=costs, audit_share=0.1, check_limit=1.0, repeats=30)
    first, last = found.total[0], found.total[-1]
    assert found.parts["check"][0] == pytest.approx(costs.check_eur)
    assert found.parts["check"][-1] == 0 and found.parts["audit"][-1] == pytest.approx(0.1 * costs.audit_eur)
    assert found.parts["escapes"][-1] == pytest.approx(failed.mean() * 0.9 * costs.escape_eur, rel=0.05)
    for place, total in ((0, first), (-1, last)):
        assert found.low[place] <= total * 1.05 and total * 0.95 <= found.high[place]


def test_too_few_verdicts_give_no_curve():
    risk, failed = sample(12)
    counts = risk_histogram(risk, np.zeros(12, dtype=int), np.zeros(12, dtype=int), 1)[0]
    assert cost_curve(counts, risk, failed, costs=UnitCosts(), audit_share=0.1, check_limit=0.5) is None
    assert reliability(risk, failed) is None and risk_coverage(risk[:0], failed[:0]) is None


def test_the_charts_draw_what_they_are_given():
    risk, failed = sample(300)
    counts = risk_histogram(risk, np.zeros(300, dtype=int), np.zeros(300, dtype=int), 1)[0]
    curve = cost_curve(counts, risk, failed, costs=UnitCosts(), audit_share=0.1, check_limit=0.5, repeats=10)
    drawn = cost_curve_chart(curve, limit=0.2, certified=0.15)
    assert list(drawn.data[-1].y) == pytest.approx(curve.total)
    word = drawn.layout.annotations[-1]
    assert (word.text, word.y, word.yanchor) == ("certified", 0, "bottom"), "above the axis, not among its ticks"
    assert len(coverage_chart(risk_coverage(risk, failed), target=0.05, limit=0.2).data) == 2
    assert len(reliability_chart(reliability(risk, failed)).data) == 2
