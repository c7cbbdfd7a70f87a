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

SHIPPED = Path(__file__).with_name("policies")
DEFAULT_POLICY = "first"
_TOP = ("name", "version", "title", "description", "audit_share", "hold", "max_risk", "max_check_risk", "rules")
_RULE = ("rule", "lane", "words", "categories", "campaign_tiers", "unknown_category", "failed_checks")
_TIERS = ("standard", "high_value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One governance rule; every condition that is set must hold. ``lane`` is the least strict lane it allows."""

    rule: str
    lane: Lane
    words: str
    categories: tuple[str, ...] = ()
    campaign_tiers: tuple[str, ...] = ()
    unknown_category: bool = False
    failed_checks: int = 0  # at least so many checks beyond their limits


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
    _known_keys(data, _TOP, where)
    for key, kind, words in (
        ("name", str, "text"), ("version", int, "a whole number from 1"), ("title", str, "text"),
        ("description", str, "text"), ("max_risk", dict, "a table with at least default = 0.1"),
    ):  # fmt: skip
        if not isinstance(data.get(key), kind) or isinstance(data.get(key), bool):
            raise PolicyError(f"{key} is missing or {data.get(key)!r}", where=where, allowed=words)
    if data["version"] < 1:
        raise PolicyError(f"version is {data['version']}", where=where, allowed="a whole number from 1")
    hold = data.get("hold", False)
    if not isinstance(hold, bool):
        raise PolicyError(f"hold is {hold!r}", where=where, allowed="true or false")
    max_risk = _limits(data["max_risk"], f"{where}, max_risk")
    if not isinstance(data.get("max_check_risk", {}), dict):
        raise PolicyError("max_check_risk is not a table", where=where, allowed="[max_check_risk]")
    max_check_risk = _limits({"default": 1.0, **data.get("max_check_risk", {})}, f"{where}, max_check_risk")
    rules = data.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise PolicyError("rules is not a list of tables", where=where, allowed="[[rules]]")
    return Policy(
        name=data["name"], version=data["version"], title=data["title"], description=data["description"],
        audit_share=_share(data.get("audit_share", 0.1), f"{where}, audit_share"), hold=hold, max_risk=max_risk,
        max_check_risk=max_check_risk,
        rules=tuple(_rule(rule, f"{where}, rule {n}") for n, rule in enumerate(rules, start=1)),
        text=text, hash=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip


def _rule(data: Mapping[str, Any], where: str) -> Rule:
    _known_keys(data, _RULE, where)
    for key in ("rule", "words"):
        if not isinstance(data.get(key), str):
            raise PolicyError(f"{key} is missing or not text", where=where, allowed=f'{key} = "…"')
    if data.get("lane") not in LANES:
        raise PolicyError(f"lane is {data.get('lane')!r}", where=where, allowed=LANES)
    conditions = {key: data[key] for key in _RULE[3:] if key in data}
    if not conditions:
        raise PolicyError("has no condition", where=where, allowed=_RULE[3:])
    for key, options in (("categories", CATEGORIES), ("campaign_tiers", _TIERS)):
        given = conditions.get(key, [])
        if not isinstance(given, list):
            raise PolicyError(f"{key} is {given!r}", where=where, allowed="a list")
        for word in given:
            if word not in options:
                near = nearest_match(str(word), options)
                raise PolicyError(f"{key} names {word!r}", where=where, allowed=options, nearest=near)
        if key in conditions:
            conditions[key] = tuple(given)
    if not isinstance(conditions.get("unknown_category", False), bool):
        raise PolicyError("unknown_category is not true or false", where=where, allowed="true or false")
    failed = conditions.get("failed_checks", 0)
    if isinstance(failed, bool) or not isinstance(failed, int) or failed < 0:
        raise PolicyError(f"failed_checks is {failed!r}", where=where, allowed="a whole number from 1")
    return Rule(rule=data["rule"], lane=data["lane"], words=data["words"], **conditions)


def _limits(table: Mapping[str, Any], where: str) -> dict[str, float]:
    allowed = ("default", *CATEGORIES)
    _known_keys(table, allowed, where)
    if "default" not in table:
        raise PolicyError("default is missing", where=where, allowed="default = 0.1")
    return {category: _share(value, f"{where}.{category}") for category, value in table.items()}


def _share(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise PolicyError(f"is {value!r}", where=where, allowed="a number from 0 to 1")
    return float(value)


def _known_keys(data: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
    for key in data:
        if key not in allowed:
            raise PolicyError(f"unknown key {key!r}", where=where, allowed=allowed, nearest=nearest_match(key, allowed))
