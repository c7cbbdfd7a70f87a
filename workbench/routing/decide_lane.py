"""Sends one image to a lane: every rule that matches is recorded, the strictest one wins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

from workbench.domain.records import LANES, Facts, LaneDecision, Reason, Risk
from workbench.routing.heuristic_risk import heuristic_risk
from workbench.routing.policy import Policy, Rule

RULED_OUT, BEYOND_DOUBT = "seen.rules_out", "seen.beyond_doubt"  # what `prepare_image` stores
MANUAL_RULE, CHECK_RULE, AUTO_RULE = "risk_too_high", "risk_above_limit", "risk_within_limit"
CORRECTED_RULE = "corrected_by_hand"


def _uncalibrated(facts: Facts) -> Risk:
    """The risk of one image by the heuristic."""
    return Risk(value=heuristic_risk(facts.computation))


def decide_lane(facts: Facts, policy: Policy, *, score: Callable[[Facts], Risk] = _uncalibrated) -> LaneDecision:
    """Lane of one image with all reasons.

    Args:
        facts: The image's row and what the pipeline found.
        policy: Rules and limits in force.
        score: Risk of an image: by a trained model, or by the heuristic.
    """
    photo = facts.photo
    scored = score(facts)
    risk, by = scored.value, f" ({scored.model})" if scored.model else ""
    limit = policy.limit(photo.category)
    reasons = [
        Reason(rule=rule.rule, lane=rule.lane, words=rule.words + _detail(rule, facts))
        for rule in policy.rules
        if _matches(rule, facts)
    ]
    if risk > policy.check_limit(photo.category):
        words = f"risk {risk:.2f}{by} is above {policy.check_limit(photo.category):.2f}, the limit for a quick check"
        reasons.append(Reason(rule=MANUAL_RULE, lane="manual", words=words))
    elif risk > limit:
        words = f"risk {risk:.2f}{by} is above {limit:.2f}, the limit for going out untouched"
        reasons.append(Reason(rule=CHECK_RULE, lane="check", words=words))
    else:
        words = f"risk {risk:.2f}{by} is within {limit:.2f}, the limit for going out untouched"
        reasons.append(Reason(rule=AUTO_RULE, lane="auto", words=words))
    if facts.automatic is not None:  # a person's work is looked at by a person, where the automatic result was sent
        first = decide_lane(replace(facts, computation=facts.automatic, automatic=None), policy, score=score).lane
        words = "corrected by hand: a person approves it"
        reasons.append(Reason(rule=CORRECTED_RULE, lane=max(first, "check", key=LANES.index), words=words))
    lane = max((reason.lane for reason in reasons), key=LANES.index)
    sampled = lane == "auto" and audit_draw(facts, policy) < policy.audit_share
    return LaneDecision(
        lane=lane,
        reasons=tuple(sorted(reasons, key=lambda reason: -LANES.index(reason.lane))),
        risk=risk,
        risk_calibrated=scored.calibrated,
        max_risk=limit,
        audit_sample=sampled,
        inclusion_probability=policy.audit_share if lane == "auto" else 1.0,
        hold=policy.hold,
        policy_name=policy.name,
        policy_version=policy.version,
        policy_hash=policy.hash,
        routing_key=routing_key(facts, policy, scored.model),
    )


def audit_draw(facts: Facts, policy: Policy) -> float:
    """A number in [0, 1) that anyone can draw again: from image, spec, policy version and the set."""
    seed = "\n".join(
        (facts.photo.image_id, facts.spec_hash, f"{policy.name}@{policy.version}", facts.photo.set_id)
    )
    return int.from_bytes(hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()[:8]) / 2**64


def routing_key(facts: Facts, policy: Policy, model: str | None = None) -> str:
    """Key of a lane decision: the result, the policy, the risk model, and what rules look at in the row."""
    photo = facts.photo
    used = [
        facts.computation.result_key, policy.hash, photo.set_id, photo.image_id, photo.category, photo.campaign_tier,
        *([] if model is None else [model]),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(used).encode()).hexdigest()


def _failed(facts: Facts) -> list[str]:
    return [check.check for check in facts.computation.checks if check.passed is False]


def _contradicted(facts: Facts) -> bool:
    """Whether what the classifier is sure of leaves no room for the manifest's category."""
    ruled_out = facts.computation.attributes.get(RULED_OUT)
    return isinstance(ruled_out, str) and facts.photo.category in ruled_out.split(",")


def _matches(rule: Rule, facts: Facts) -> bool:
    return rule.holds(
        category=facts.photo.category, campaign_tier=facts.photo.campaign_tier, contradicted=_contradicted(facts),
        failed_checks=len(_failed(facts)),
    )  # fmt: skip


def _detail(rule: Rule, facts: Facts) -> str:
    if rule.failed_checks:
        return ": " + ", ".join(name.replace("_", " ") for name in _failed(facts))
    if rule.contradicted:
        seen = facts.computation.attributes.get(BEYOND_DOUBT)
        return f": it shows {seen}, the manifest says {facts.photo.category.replace('_', ' ')}"
    if rule.unknown_category and facts.photo.category:
        return f": {facts.photo.category}"
    return ""
