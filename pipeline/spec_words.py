"""A specification as a person reads it: what each step does, what each check flags, and what differs from another."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import registry
from pipeline.spec import Spec, Use

JUDGED_WITHOUT = "measured without judging"
_KINDS = (("steps", "step", "steps"), ("checks", "check", "checks"), ("files", "file", "deliver"))
_SENTENCE = re.compile(r"(.+?\.)(?=\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamWords:
    """One parameter: its value with the unit, what it means, and whether the spec's text names it."""

    name: str
    value: str
    doc: str
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitWords:
    """One step, check or file. ``flags`` and ``limit`` only for checks."""

    name: str
    sentence: str
    params: tuple[ParamWords, ...]
    flags: str = ""
    limit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecWords:
    """A whole specification in words."""

    steps: tuple[UnitWords, ...]
    checks: tuple[UnitWords, ...]
    files: tuple[UnitWords, ...]


def spec_in_words(spec: Spec) -> SpecWords:
    """What a customer gets under a spec, unit by unit in the spec's own order."""
    data = tomllib.loads(spec.text)
    made = {}
    for table, key, kind in _KINDS:
        named = {entry[key]: set(entry) for entry in data.get(table, ())}
        made[table] = tuple(_unit(kind, use, named.get(use.name, set())) for use in getattr(spec, table))
    return SpecWords(**made)


def changes_in_words(old: Spec, new: Spec) -> tuple[str, ...]:
    """What differs in effect, a line each, such as ``crop_to_subject: margin 0.08 → 0.12``.

    Args:
        old: What stands.
        new: What would stand.

    Returns:
        Empty when both do the same, whatever their texts look like.
    """
    lines = [
        f"{key}: {getattr(old, key)} → {getattr(new, key)}"
        for key in ("name", "title", "description")
        if getattr(old, key) != getattr(new, key)
    ]
    for table, key, kind in _KINDS:
        before, after = ({use.name: use for use in getattr(spec, table)} for spec in (old, new))
        lines += [f"{name}: {key} taken out" for name in before if name not in after]
        lines += [f"{name}: {key} added" for name in after if name not in before]
        both = [name for name in before if name in after]
        if both != [name for name in after if name in before]:
            lines.append(f"{table}: in another order")
        for name in both:
            lines += _use_changes(kind, before[name], after[name])
    return tuple(lines)


def limit_words(check: str, limit: float | None) -> str:
    """A check's limit: ``at most 2 px``, or that it is measured without judging."""
    unit = registry.check(check)
    if limit is None:
        return JUDGED_WITHOUT
    return f"{'at most' if unit.better == 'lower' else 'at least'} {_with_unit(f'{limit:g}', unit.unit)}"


def value_words(value: Any, unit: str = "") -> str:
    """A parameter's value as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return _with_unit(", ".join(value_words(one) for one in value), unit)
    return _with_unit(f"{value:g}" if isinstance(value, float) else str(value), unit)


def sentence_of(unit: Any) -> str:
    """The first sentence of what a unit does, as its function says it."""
    first = " ".join((unit.run.__doc__ or "").split("\n\n", 1)[0].split())
    found = _SENTENCE.match(first)
    return found[1] if found else first


def _unit(kind: str, use: Use, named: set[str]) -> UnitWords:
    unit = registry.load(kind, use.name)
    params = tuple(
        ParamWords(
            name=field.name,
            value=value_words(getattr(use.params, field.name), field.metadata.get("unit") or ""),
            doc=field.metadata.get("doc", ""),
            named=field.name in named,
        )
        for field in dataclasses.fields(use.params)
    )
    check = {"flags": unit.words, "limit": limit_words(use.name, use.limit)} if kind == "checks" else {}
    return UnitWords(name=use.name, sentence=sentence_of(unit), params=params, **check)


def _use_changes(kind: str, old: Use, new: Use) -> list[str]:
    lines = []
    units: Mapping[str, str] = {f.name: f.metadata.get("unit") or "" for f in dataclasses.fields(old.params)}
    for name, unit in units.items():
        was, is_now = getattr(old.params, name), getattr(new.params, name)
        if was != is_now:
            lines.append(f"{old.name}: {name} {value_words(was)} → {value_words(is_now, unit)}")
    if kind == "checks" and old.limit != new.limit:
        was, is_now = limit_words(old.name, old.limit), limit_words(new.name, new.limit)
        lines.append(f"{old.name}: limit {was} → {is_now}")
    return lines


def _with_unit(text: str, unit: str) -> str:
    if not unit:
        return text
    return f"{text}{unit}" if unit.startswith("%") else f"{text} {unit}"
