"""A policy over hand-counted groups, and the figures that follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.records import CATEGORIES, CheckResult, Computation, Facts, Photo
from workbench.routing.backtest import backtest
from workbench.routing.decide_lane import decide_lane
from workbench.routing.heuristic_risk import heuristic_risk
from workbench.routing.policy import load_policy
from workbench.routing.replay_policy import lanes_after
from workbench.routing.unit_costs import UnitCosts

DAY = datetime(2026, 3, 2, tzinfo=UTC)
POLICY = load_policy("first@1")


def group(images, *, category="apparel", lane="auto", after="auto", failed=None, drawn=True, chance=1.0, checks=0):
    return {
        "category": category, "campaign_tier": "standard", "contradicted": False, "failed_checks": checks, "lane": lane, "first_lane": lane,
        "drawn": drawn, "chance": chance, "auto_failed": failed, "place": None, "risk_lane": after,
        "risk_calibrated": False, "images": images, "timed": 0, "active_seconds": None, "first_received_at": DAY,
        "last_received_at": DAY + timedelta(days=10),
    }  # fmt: skip


SCHEMA = {
    "category": pl.String, "campaign_tier": pl.String, "contradicted": pl.Boolean, "failed_checks": pl.Int32, "lane": pl.String,
    "first_lane": pl.String, "drawn": pl.Boolean, "chance": pl.Float64, "auto_failed": pl.Boolean, "place": pl.Int32,
    "risk_lane": pl.String, "risk_calibrated": pl.Boolean, "images": pl.Int64, "timed": pl.Int64,
    "active_seconds": pl.Float64, "first_received_at": pl.Datetime("us", "UTC"),
    "last_received_at": pl.Datetime("us", "UTC"),
}  # fmt: skip


def frame(*groups):
    return pl.DataFrame(list(groups), schema=SCHEMA)


def test_lanes_moves_and_hours():
    costs = UnitCosts(check_s=36, manual_s=360, audit_s=0, rework_s=0)
    found = backtest(
        frame(group(100, failed=False), group(50, lane="check", failed=False), group(25, lane="check", after="manual")),
        POLICY, costs=costs,
    )  # fmt: skip
    assert found.days == 10 and found.images == 175 and found.changed == 75
    assert found.before.lanes == {"auto": 100, "check": 75, "manual": 0, "senior": 0}
    assert found.after.lanes == {"auto": 150, "check": 0, "manual": 25, "senior": 0}
    assert found.before.hours["checker"] == pytest.approx(75 * 36 / 3600 / 10)
    assert found.after.hours["retoucher"] == pytest.approx(25 * 360 / 3600 / 10)
    assert found.moves.rows() == [("auto", "auto", 100), ("check", "auto", 50), ("check", "manual", 25)]


def test_rework_is_weighed_by_the_chance_to_be_drawn():
    """1,000 auto images, 100 drawn with chance 0.1, 5 failed; 100 check images, all seen, 20 failed."""
    found = backtest(
        frame(
            group(900, drawn=False), group(95, chance=0.1, failed=False), group(5, chance=0.1, failed=True),
            group(80, lane="check", failed=False), group(20, lane="check", failed=True),
        ),
        POLICY,
    )  # fmt: skip
    assert found.before.rework.share == pytest.approx(0.05)
    assert found.after.rework.share == pytest.approx((1000 * 0.05 + 20) / 1100)
    assert found.after.rework.answered == 200 and found.after.rework.unknown == 0
    assert found.after.rework.low < found.after.rework.share < found.after.rework.high
    assert found.after.rework.n_effective < 200, "weights cost precision"


def test_a_complaint_about_an_image_nobody_drew_is_no_sample():
    found = backtest(
        frame(group(90, drawn=False), group(5, drawn=False, failed=True), group(5, chance=0.05, failed=False)), POLICY
    )
    assert found.after.rework.share == 0.0 and found.after.rework.answered == 5


def test_what_nobody_judged_is_unknown_and_not_guessed():
    found = backtest(
        frame(group(40, failed=False), group(60, lane="manual", after="auto"), group(30, category="sheer", lane="check")),
        POLICY,
    )  # fmt: skip
    assert found.after.rework.images == 130 and found.after.rework.unknown == 90
    nothing = backtest(frame(group(60, drawn=False)), POLICY)
    assert nothing.after.rework.share is None and nothing.after.cost is None and nothing.after.rework.unknown == 60


def test_an_empty_record():
    found = backtest(frame(), POLICY)
    assert found.images == found.changed == 0 and found.after.cost_eur == 0


def test_cost_is_the_sum_of_its_parts():
    costs = UnitCosts(
        compute_eur=0.01, audit_s=36, check_s=36, rework_s=360, checker_eur_h=10, retoucher_eur_h=20, escape_eur=5
    )
    found = backtest(frame(group(90, failed=False), group(10, failed=True)), POLICY, costs=costs)
    # compute 0.01; audits 10% * 0.10; rework of found faults 10% * 10% * 2.00; escapes 10% * 90% * 5.00
    assert found.after.cost["compute"] == pytest.approx(0.01) and found.after.cost["audit"] == pytest.approx(0.01)
    assert found.after.cost["rework"] == pytest.approx(0.02) and found.after.cost["escapes"] == pytest.approx(0.45)
    assert found.after.cost_eur == pytest.approx(0.49)
    assert found.after.cost_low < 0.49 < found.after.cost_high


@given(
    category=st.sampled_from([*CATEGORIES, None, "socks"]), tier=st.sampled_from(["standard", "high_value"]),
    failed=st.integers(0, 4), risk=st.floats(0, 1),
)  # fmt: skip
def test_the_replay_decides_as_a_run_does(category, tier, failed, risk):
    checks = tuple(
        CheckResult(check=f"c{n}", value=None, unit="px", passed=False if n < failed else None) for n in range(5)
    )
    made = Computation(
        result_key="r", photo_hash="p", spec_hash="s", outcome="done", made_at=DAY, checks=checks,
        attributes={"matte.band_confidence": 1 - risk},
    )  # fmt: skip
    photo = Photo(
        set_id="s", image_id="i", sku="k", path="/p", relative_path="p", category=category, campaign_tier=tier
    )
    facts = Facts(photo=photo, spec_name="white", spec_hash="s", computation=made)
    value = heuristic_risk(made)
    by_risk = (
        "manual" if value > POLICY.check_limit(category) else "check" if value > POLICY.limit(category) else "auto"
    )
    one = {**group(1, category=category, after=by_risk, checks=failed), "campaign_tier": tier}
    assert lanes_after(frame(one), POLICY)["lane_after"][0] == decide_lane(facts, POLICY).lane


def test_turnaround_that_cannot_be_guessed_is_left_to_the_simulation():
    costs = UnitCosts(check_s=3600, manual_s=3600)
    groups = frame(group(76, lane="check", after="check", failed=False), group(10, lane="manual", after="manual"))
    found = backtest(groups, POLICY, costs=costs, capacity_h={"checker": 8.0, "retoucher": 8.0}).after
    assert "95% of the hours" in found.not_approximated["check"] and "check" not in found.turnaround_h
    assert found.turnaround_h["manual"] > 0 and "manual" not in found.not_approximated
    never = backtest(groups, POLICY, costs=costs, capacity_h={"checker": 7.0, "retoucher": 8.0}).after
    assert never.turnaround_h["check"] == float("inf") and not never.not_approximated
