"""A policy as a person reads it: its rules in sentences, its limits by category, its audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.records import Lane
from workbench.routing.policy import Policy, Rule

DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """One rule: the least strict lane it allows, when it holds, and why."""

    lane: Lane
    when: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitWords:
    """Limits of a category: risk up to which an image goes out untouched, and up to which a check is enough."""

    category: str
    max_risk: float
    max_check_risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWords:
    """A whole policy in words."""

    rules: Sequence[RuleWords]
    limits: Sequence[LimitWords]
    audit: str


def policy_in_words(policy: Policy) -> PolicyWords:
    """What a policy does with an image, in the order it is looked at."""
    named = sorted({*policy.max_risk, *policy.max_check_risk} - {DEFAULT})
    limits = [LimitWords(category="every other category" if named else "every category",
                         max_risk=policy.max_risk[DEFAULT], max_check_risk=policy.check_limit(None))]  # fmt: skip
    limits += [
        LimitWords(
            category=name.replace("_", " "), max_risk=policy.limit(name), max_check_risk=policy.check_limit(name)
        )
        for name in named
    ]
    held = "held back until somebody has looked" if policy.hold else "published meanwhile"
    audit = (
        f"{policy.audit_share:.0%} of what goes out untouched is drawn for a person to look at, {held}."
        if policy.audit_share
        else "Nothing that goes out untouched is looked at."
    )
    rules = [RuleWords(lane=rule.lane, when=_when(rule), why=rule.words) for rule in policy.rules]
    return PolicyWords(rules=rules, limits=[*limits[1:], limits[0]], audit=audit)


def _when(rule: Rule) -> str:
    """The rule's conditions; all of them must hold."""
    parts = []
    if rule.categories:
        parts.append(" or ".join(name.replace("_", " ") for name in rule.categories))
    if rule.campaign_tiers:
        parts.append(f"{' or '.join(tier.replace('_', '-') for tier in rule.campaign_tiers)} campaign")
    if rule.unknown_category:
        parts.append("category unknown")
    if rule.contradicted:
        parts.append("the photo surely shows something else than its category")
    if rule.failed_checks:
        checks = "a check" if rule.failed_checks == 1 else f"{rule.failed_checks} checks"
        parts.append(f"{checks} or more beyond the limit" if rule.failed_checks > 1 else "a check beyond its limit")
    return " and ".join(parts)
