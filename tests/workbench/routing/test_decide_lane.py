"""Lanes: the strictest rule wins, every matching rule is recorded, the audit sample can be drawn again."""

import dataclasses
from datetime import UTC, datetime

import pytest

from workbench.domain.records import CheckResult, Computation, Facts, Photo
from workbench.routing.decide_lane import audit_draw, decide_lane
from workbench.routing.heuristic_risk import BASE_RISK, heuristic_risk, nearness
from workbench.routing.policy import load_policy

POLICY = load_policy("first")


def check(value=0.1, limit=1.0, name="halo_width", better="lower"):
    passed = None if value is None or limit is None else (value <= limit if better == "lower" else value >= limit)
    return CheckResult(check=name, value=value, unit="px", limit=limit, better=better, passed=passed)


def facts(category="apparel", tier="standard", checks=(), image_id="i", **attributes):
    return Facts(
        photo=Photo(
            set_id="s", image_id=image_id, sku="k", path="/p", relative_path="p", category=category, campaign_tier=tier
        ),
        spec_name="marketplace_white",
        spec_hash="h",
        computation=Computation(
            result_key="r", photo_hash="p", spec_hash="h", outcome="done", made_at=datetime(2026, 1, 1, tzinfo=UTC),
            checks=tuple(checks), attributes=attributes,
        ),
    )  # fmt: skip


def rules(decision):
    return [reason.rule for reason in decision.reasons]


def test_a_clean_image_of_a_known_category_goes_out():
    decision = decide_lane(facts(checks=[check(0.1)]), POLICY)
    assert decision.lane == "auto" and rules(decision) == ["risk_within_limit"]
    assert decision.inclusion_probability == 0.10 and decision.risk_calibrated is False
    assert decision.status == "published"


@pytest.mark.parametrize("category", ["glassware", "hair_beauty", "jewellery"])
def test_the_hardest_categories_go_to_a_senior(category):
    decision = decide_lane(facts(category=category, tier="high_value"), POLICY)
    assert decision.lane == "senior" and decision.status == "queued" and decision.inclusion_probability == 1.0
    assert rules(decision)[0].endswith("_to_senior") and "high_value_to_manual" in rules(decision)


def test_high_value_is_at_least_manual():
    assert decide_lane(facts(tier="high_value"), POLICY).lane == "manual"


@pytest.mark.parametrize("category", [None, "shoes?", ""])
def test_an_unknown_category_never_goes_out_untouched(category):
    decision = decide_lane(facts(category=category), POLICY)
    assert decision.lane == "check" and "unknown_category" in rules(decision)


def seen(ruled_out, words="footwear 0.98"):
    return {"seen.rules_out": ruled_out, "seen.beyond_doubt": words}


def test_a_photo_that_contradicts_its_manifest_never_goes_out_untouched():
    decision = decide_lane(facts(**seen("apparel,furniture")), POLICY)
    assert decision.lane == "check" and rules(decision) == ["seen_otherwise", "risk_within_limit"]
    assert decision.reasons[0].words.endswith("it shows footwear 0.98, the manifest says apparel")


@pytest.mark.parametrize("attributes", [{}, seen(None, None), seen("furniture,glassware")])
def test_what_was_seen_and_leaves_room_for_the_category_changes_nothing(attributes):
    assert rules(decide_lane(facts(**attributes), POLICY)) == ["risk_within_limit"]


def test_a_contradiction_is_recorded_beside_a_stricter_rule_and_needs_a_category():
    senior = decide_lane(facts(category="glassware", **seen("glassware", "apparel 0.97")), POLICY)
    assert senior.lane == "senior" and {"glassware_to_senior", "seen_otherwise"} <= set(rules(senior))
    assert "seen_otherwise" not in rules(decide_lane(facts(category=None, **seen("apparel")), POLICY))


def test_failed_checks_raise_the_lane_and_are_named():
    one = decide_lane(facts(checks=[check(1.01)]), POLICY)
    assert one.lane == "check"
    assert any("halo width" in reason.words for reason in one.reasons)
    three = decide_lane(facts(checks=[check(1.01, name=f"check_{n}") for n in range(3)]), POLICY)
    assert three.lane == "manual" and {"failed_check", "several_failed_checks"} <= set(rules(three))


def test_a_risk_exactly_at_the_limit_is_auto_and_just_above_is_not():
    risky = facts(checks=[check(0.9)])
    risk = heuristic_risk(risky.computation)
    at = dataclasses.replace(POLICY, max_risk={"default": risk})
    below = dataclasses.replace(POLICY, max_risk={"default": risk - 1e-9})
    assert decide_lane(risky, at).lane == "auto"
    assert decide_lane(risky, below).lane == "check"
    manual = dataclasses.replace(below, max_check_risk={"default": risk - 1e-9})
    assert decide_lane(risky, manual).lane == "manual"


def test_risk_rises_with_every_kind_of_evidence():
    clean = heuristic_risk(facts().computation)
    assert clean == pytest.approx(BASE_RISK)
    values = [heuristic_risk(facts(checks=[check(v)]).computation) for v in (0.2, 0.8, 1.0, 2.0, 10.0)]
    assert values == sorted(values) and len(set(values)) == 5 and values[-1] < 1
    bands = [heuristic_risk(facts(**{"matte.band_confidence": c}).computation) for c in (1.0, 0.5, 0.0)]
    assert bands == sorted(bands) and bands[0] == pytest.approx(clean)
    wide = [heuristic_risk(facts(**{"matte.unknown_share": u}).computation) for u in (0.0, 0.1, 0.9)]
    assert wide == sorted(wide) and wide[0] == pytest.approx(clean)


def test_nearness_reads_both_directions_and_abstains():
    assert nearness(check(None)) == 0 and nearness(check(5.0, limit=None)) == 0
    assert nearness(check(1.0)) == pytest.approx(1) == nearness(check(0.8, 0.8, better="higher"))
    assert nearness(check(0.4, 0.8, better="higher")) > 1 > nearness(check(0.9, 0.8, better="higher"))


def test_the_audit_sample_is_a_tenth_and_is_drawn_the_same_way_twice():
    drawn = [decide_lane(facts(image_id=str(n)), POLICY).audit_sample for n in range(4000)]
    assert drawn == [decide_lane(facts(image_id=str(n)), POLICY).audit_sample for n in range(4000)]
    assert 0.08 < sum(drawn) / len(drawn) < 0.12  # four standard errors either side
    newer = dataclasses.replace(POLICY, version=2)
    assert audit_draw(facts(), POLICY) != audit_draw(facts(), newer)


def test_a_held_sample_waits_for_its_audit():
    held = dataclasses.replace(POLICY, hold=True, audit_share=1.0)
    assert decide_lane(facts(), held).status == "queued"
    assert decide_lane(facts(), dataclasses.replace(held, hold=False)).status == "published"


def test_a_new_policy_changes_the_routing_key_and_not_the_result_key():
    newer = dataclasses.replace(POLICY, hash="other")
    assert decide_lane(facts(), POLICY).routing_key != decide_lane(facts(), newer).routing_key
