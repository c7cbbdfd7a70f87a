"""A policy: governance rules, risk limits per category, and the audit share; read from TOML, checked on load."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.domain.errors import PolicyError, nearest_match
from workbench.domain.records import CATEGORIES, LANES, Lane
from workbench.routing.policy_lines import line_of

SHIPPED = Path(__file__).with_name("policies")
DEFAULT_POLICY = "first"
_TOP = (
    "name", "version", "title", "description", "audit_share", "hold", "max_risk", "max_check_risk", "targets", "rules",
)  # fmt: skip
_RULE = ("rule", "lane", "words", "categories", "campaign_tiers", "unknown_category", "contradicted", "failed_checks")
_TIERS = ("standard", "high_value")
# what the policy is meant to keep: share of rework in auto, working hours until 95% are done, hours of people a day
_TARGETS = ("rework_in_auto", "turnaround_p95_h", "checker_h", "retoucher_h", "senior_h")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One governance rule; every condition that is set must hold. ``lane`` is the least strict lane it allows."""

    rule: str
    lane: Lane
    words: str
    categories: tuple[str, ...] = ()
    campaign_tiers: tuple[str, ...] = ()
    unknown_category: bool = False
    contradicted: bool = False  # what is surely seen in the photo leaves no room for its category
    failed_checks: int = 0  # at least so many checks beyond their limits

    def holds(self, *, category: str | None, campaign_tier: str, contradicted: bool, failed_checks: int) -> bool:
        """Whether the rule concerns an image of this kind."""
        return (
            (not self.categories or category in self.categories)
            and (not self.campaign_tiers or campaign_tier in self.campaign_tiers)
            and (not self.unknown_category or category not in CATEGORIES)
            and (not self.contradicted or contradicted)
            and failed_checks >= self.failed_checks
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Maps an image to a lane. ``max_risk`` is the auto limit by category (``default`` for the rest)."""

    name: str
    version: int
    title: str
    description: str
    audit_share: float
    hold: bool
    max_risk: Mapping[str, float]
    max_check_risk: Mapping[str, float] = field(default_factory=dict)  # above it: manual instead of check
    rules: tuple[Rule, ...] = ()
    targets: Mapping[str, float] = field(default_factory=dict)
    text: str = ""
    hash: str = ""

    def limit(self, category: str | None) -> float:
        """The auto limit for a category."""
        return self.max_risk.get(category or "default", self.max_risk["default"])

    def check_limit(self, category: str | None) -> float:
        """The risk up to which a check is enough; above it the image is manual work."""
        return self.max_check_risk.get(category or "default", self.max_check_risk["default"])


def load_policy(name_or_file: str, folders: tuple[Path, ...] = ()) -> Policy:
    """Read a policy by ``NAME``, ``NAME@VERSION`` or file; the user's own folders come before the shipped ones.

    Raises:
        PolicyError: Unknown name or version, unreadable file, or one that does not validate.
    """
    if name_or_file.endswith(".toml") or "/" in name_or_file:
        return _read(Path(name_or_file))
    name, _, version = name_or_file.partition("@")
    if version and not version.isdigit():
        raise PolicyError(f"version is {version!r}", where=name_or_file, allowed="NAME@3")
    known: dict[str, list[int]] = {}
    best: Policy | None = None
    for folder in (*folders, SHIPPED):
        for path in sorted(folder.glob("*.toml")):
            file_name, _version = re.fullmatch(r"(.+?)(?:@(\d+))?", path.stem).groups()
            known.setdefault(file_name, [])
            if file_name != name:
                continue
            policy = _read(path)
            known[file_name].append(policy.version)
            if (not version or int(version) == policy.version) and (best is None or policy.version > best.version):
                best = policy
    if best is None:
        have = [f"{n}@{v}" for n, versions in known.items() for v in versions] or sorted(known)
        raise PolicyError(f"no policy {name_or_file!r}", allowed=have, nearest=nearest_match(name, known))
    return best


def _read(path: Path) -> Policy:
    try:
        return parse_policy(path.read_text(encoding="utf-8"), where=path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"cannot be read: {error}", where=str(path)) from error


def parse_policy(text: str, *, where: str) -> Policy:
    """Check a policy's text.

    Raises:
        PolicyError: With what was found, where, what is allowed, and the nearest match.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"is not TOML: {error}", where=where) from error
    at = _Places(where, text)
    _known_keys(data, _TOP, at)
    for key, kind, words in (
        ("name", str, "text"), ("version", int, "a whole number from 1"), ("title", str, "text"),
        ("description", str, "text"), ("max_risk", dict, "a table with at least default = 0.1"),
    ):  # fmt: skip
        if not isinstance(data.get(key), kind) or isinstance(data.get(key), bool):
            raise PolicyError(f"{key} is missing or {data.get(key)!r}", where=at.key(key), allowed=words)
    if data["version"] < 1:
        raise PolicyError(f"version is {data['version']}", where=at.key("version"), allowed="a whole number from 1")
    hold = data.get("hold", False)
    if not isinstance(hold, bool):
        raise PolicyError(f"hold is {hold!r}", where=at.key("hold"), allowed="true or false")
    max_risk = _limits(data["max_risk"], at.table("max_risk"))
    if not isinstance(data.get("max_check_risk", {}), dict):
        raise PolicyError("max_check_risk is not a table", where=at.key("max_check_risk"), allowed="[max_check_risk]")
    max_check_risk = _limits({"default": 1.0, **data.get("max_check_risk", {})}, at.table("max_check_risk"))
    for name in (*max_risk, *max_check_risk):
        low, high = (t.get(name, t["default"]) for t in (max_risk, max_check_risk))
        if low > high:
            table = "max_check_risk" if name in data.get("max_check_risk", {}) else "max_risk"
            raise PolicyError(
                f"the limits of {name} overlap: auto up to {low}, but a check only up to {high}",
                where=at.table(table).key(name), allowed="max_risk at most max_check_risk",
            )  # fmt: skip
    rules = data.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise PolicyError("rules is not a list of tables", where=at.key("rules"), allowed="[[rules]]")
    read = tuple(_rule(rule, at.table("rules", n)) for n, rule in enumerate(rules, start=1))
    _no_overlap(read, at)
    return Policy(
        name=data["name"], version=data["version"], title=data["title"], description=data["description"],
        audit_share=_share(data.get("audit_share", 0.1), at.key("audit_share")), hold=hold, max_risk=max_risk,
        max_check_risk=max_check_risk,
        rules=read, targets=_targets(data.get("targets", {}), at),
        text=text, hash=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip


def _rule(data: Mapping[str, Any], at: _Places) -> Rule:
    _known_keys(data, _RULE, at)
    for key in ("rule", "words"):
        if not isinstance(data.get(key), str):
            raise PolicyError(f"{key} is missing or not text", where=at.key(key), allowed=f'{key} = "…"')
    if data.get("lane") not in LANES:
        raise PolicyError(f"lane is {data.get('lane')!r}", where=at.key("lane"), allowed=LANES)
    conditions = {key: data[key] for key in _RULE[3:] if key in data}
    if not conditions:
        raise PolicyError("has no condition", where=at.key(None), allowed=_RULE[3:])
    for key, options in (("categories", CATEGORIES), ("campaign_tiers", _TIERS)):
        given = conditions.get(key, [])
        if not isinstance(given, list):
            raise PolicyError(f"{key} is {given!r}", where=at.key(key), allowed="a list")
        for word in given:
            if word not in options:
                near = nearest_match(str(word), options)
                raise PolicyError(f"{key} names {word!r}", where=at.key(key), allowed=options, nearest=near)
        if key in conditions:
            conditions[key] = tuple(given)
    for key in ("unknown_category", "contradicted"):
        if not isinstance(conditions.get(key, False), bool):
            raise PolicyError(f"{key} is not true or false", where=at.key(key), allowed="true or false")
    failed = conditions.get("failed_checks", 0)
    if isinstance(failed, bool) or not isinstance(failed, int) or failed < 0:
        raise PolicyError(
            f"failed_checks is {failed!r}", where=at.key("failed_checks"), allowed="a whole number from 1"
        )
    return Rule(rule=data["rule"], lane=data["lane"], words=data["words"], **conditions)


def _no_overlap(rules: tuple[Rule, ...], at: _Places) -> None:
    """Refuse rules that get in each other's way: one name twice, or one that another makes idle."""
    for n, rule in enumerate(rules, start=1):
        for m, other in enumerate(rules, start=1):
            if n == m:
                continue
            line = at.table("rules", m).line(None)
            if rule.rule == other.rule and m < n:
                where = at.table("rules", n).key("rule")
                raise PolicyError(
                    f"two rules are named {rule.rule!r}", where=where, allowed=f"a name other than line {line}'s"
                )
            same = _covers(other, rule) and _covers(rule, other)
            if _covers(other, rule) and LANES.index(other.lane) >= LANES.index(rule.lane) and (not same or m < n):
                raise PolicyError(
                    f"{rule.rule!r} overlaps {other.rule!r} (line {line}), which holds for the same images and is as "
                    "strict: it would never decide",
                    where=at.table("rules", n).key(None), allowed="a stricter lane, or another condition",
                )  # fmt: skip
            if same and m < n:
                raise PolicyError(
                    f"{rule.rule!r} overlaps {other.rule!r} (line {line}): the same condition, two lanes",
                    where=at.table("rules", n).key(None), allowed="one of the two",
                )  # fmt: skip


def _covers(one: Rule, other: Rule) -> bool:
    """Whether ``one`` holds for every image ``other`` holds for."""
    return (
        (not one.categories or (bool(other.categories) and set(other.categories) <= set(one.categories)))
        and (
            not one.campaign_tiers
            or (bool(other.campaign_tiers) and set(other.campaign_tiers) <= set(one.campaign_tiers))
        )
        and (not one.unknown_category or other.unknown_category)
        and (not one.contradicted or other.contradicted)
        and one.failed_checks <= other.failed_checks
    )  # fmt: skip


def _targets(table: Any, at: _Places) -> dict[str, float]:
    if not isinstance(table, dict):
        raise PolicyError("targets is not a table", where=at.key("targets"), allowed="[targets]")
    place = at.table("targets")
    _known_keys(table, _TARGETS, place)
    found = {}
    for key, value in table.items():
        if key == "rework_in_auto":
            found[key] = _share(value, place.key(key))
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
            raise PolicyError(f"is {value!r}", where=place.key(key), allowed="a number above 0")
        else:
            found[key] = float(value)
    return found


@dataclass(frozen=True, slots=True)
class _Places:
    """Where in the file something stands: ``mine.toml, line 12, max_risk.sheer``."""

    file: str
    text: str
    name: str = ""
    number: int = 1

    def table(self, name: str, number: int = 1) -> _Places:
        return _Places(self.file, self.text, name, number)

    def line(self, key: str | None) -> int | None:
        return line_of(self.text, key, table=self.name, number=self.number)

    def key(self, key: str | None) -> str:
        line = self.line(key)
        table = f"rule {self.number}" if self.name == "rules" else self.name
        parts = [self.file, f"line {line}" if line else "", ".".join(part for part in (table, key or "") if part)]
        return ", ".join(part for part in parts if part)


def _limits(table: Mapping[str, Any], at: _Places) -> dict[str, float]:
    allowed = ("default", *CATEGORIES)
    _known_keys(table, allowed, at)
    if "default" not in table:
        raise PolicyError("default is missing", where=at.key(None), allowed="default = 0.1")
    return {category: _share(value, at.key(category)) for category, value in table.items()}


def _share(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise PolicyError(f"is {value!r}", where=where, allowed="a number from 0 to 1")
    return float(value)


def _known_keys(data: Mapping[str, Any], allowed: tuple[str, ...], at: _Places) -> None:
    for key in data:
        if key not in allowed:
            near = nearest_match(key, allowed)
            raise PolicyError(f"unknown key {key!r}", where=at.key(key), allowed=allowed, nearest=near)
