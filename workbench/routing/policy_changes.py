"""How two policies differ, in sentences."""

from __future__ import annotations

from dataclasses import replace

from workbench.routing.policy import Policy, Rule
from workbench.routing.policy_words import policy_in_words

_TARGETS = {
    "rework_in_auto": "rework in auto",
    "turnaround_p95_h": "hours until 95% are done",
    "checker_h": "hours of checks a day",
    "retoucher_h": "hours of retouchers a day",
    "senior_h": "hours of senior retouchers a day",
}


def policy_changes(old: Policy, new: Policy) -> tuple[str, ...]:
    """What changes for images when ``new`` takes the place of ``old``; empty when nothing does."""
    lines: list[str] = []
    for words, before, after in (
        ("go out untouched", old.limit, new.limit),
        ("need no more than a quick check", old.check_limit, new.check_limit),
    ):
        lines += _limits(words, old, new, before, after)
    if old.audit_share != new.audit_share:
        lines.append(f"{_share(new.audit_share)} of auto is audited instead of {_share(old.audit_share)}.")
    if old.hold != new.hold:
        lines.append("Audited images wait for their audit." if new.hold else "Audited images are published meanwhile.")
    lines += _rules(old, new)
    for name in sorted({*old.targets, *new.targets}):
        before, after = old.targets.get(name), new.targets.get(name)
        if before != after:
            lines.append(f"Target for {_TARGETS[name]}: {_number(after)} instead of {_number(before)}.")
    return tuple(lines)


def _limits(words: str, old: Policy, new: Policy, before, after) -> list[str]:
    names = sorted({*old.max_risk, *new.max_risk, *old.max_check_risk, *new.max_check_risk} - {"default"})
    lines = []
    if before(None) != after(None):
        lines.append(_limit("images of the other categories" if names else "images", words, before(None), after(None)))
    lines += [
        _limit(f"{name.replace('_', ' ')} images", words, before(name), after(name))
        for name in names
        if before(name) != after(name)
    ]
    return lines


def _limit(what: str, words: str, before: float, after: float) -> str:
    more = "More" if after > before else "Fewer"
    return f"{more} {what} {words}: up to risk {after:g} instead of {before:g}."


def _rules(old: Policy, new: Policy) -> list[str]:
    before = {rule.rule: (rule, words) for rule, words in zip(old.rules, policy_in_words(old).rules, strict=True)}
    after = {rule.rule: (rule, words) for rule, words in zip(new.rules, policy_in_words(new).rules, strict=True)}
    lines = [f"No longer a rule: {w.when} goes to {r.lane}." for name, (r, w) in before.items() if name not in after]
    lines += [f"New rule: {w.when} goes to at least {r.lane}." for name, (r, w) in after.items() if name not in before]
    for name in before.keys() & after.keys():
        (one, was), (other, now) = before[name], after[name]
        if _silent(one) != _silent(other):
            lines.append(f"Rule {name}: {now.when} goes to {other.lane} (before: {was.when} to {one.lane}).")
    return lines


def _silent(rule: Rule) -> Rule:
    return replace(rule, words="")


def _share(value: float) -> str:
    return f"{value * 100:g}%"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:g}"
