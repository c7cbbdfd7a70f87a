"""Checks a text of rates: whatever is wrong is named with its line, what was found, and what is allowed."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from workbench.domain.errors import nearest_match
from workbench.domain.records import LANES
from workbench.domain.toml_lines import line_of
from workbench.operations.rates import (
    WAGE_ROLES,
    ComputePrice,
    EscapeCost,
    Rates,
    RatesError,
    Targets,
    Tier,
    VendorPrice,
    VerdictTime,
    Wage,
    WorkingHours,
    text_hash,
)

LONGEST_NAME = 100
MOST = 1e6  # in the currency; more is a slip of the keyboard
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TOP = ("currency", "wages", "verdicts", "compute", "escapes", "vendors", "targets", "working_hours")
_MONEY = f"a number from 0 to {MOST:,.0f}"
Path = Sequence[str | int]
Check = Callable[[Any], bool]


class _Text:
    """One file while it is read: looks values up and says where they stand."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file

    def refuse(self, path: Path, found: str, allowed: str | Sequence[str], nearest: str | None = None) -> RatesError:
        line = line_of(self.text, path)
        where = f"{self.file}:{line}" if line else self.file
        return RatesError(found, where=where, allowed=allowed, nearest=nearest)

    def known(self, data: Mapping[str, Any], allowed: Sequence[str], path: Path) -> None:
        for key in data:
            if key not in allowed:
                raise self.refuse((*path, key), f"unknown key {key!r}", allowed, nearest_match(key, allowed))

    def value(self, data: Mapping[str, Any], path: Path, check: Check, allowed: str, default: Any = ...) -> Any:
        key = path[-1]
        if key not in data and default is not ...:
            return default
        found = data.get(key)
        if key not in data or not check(found):
            said = f"{key} is {found!r}" if key in data else f"{key} is missing"
            raise self.refuse(path, said, allowed)
        return found

    def money(self, data: Mapping[str, Any], path: Path, default: Any = ...) -> float:
        return float(self.value(data, path, lambda v: _number(v, 0, MOST), _MONEY, default))

    def word(self, data: Mapping[str, Any], path: Path, options: Sequence[str]) -> str:
        key, found = path[-1], data.get(path[-1])
        if found not in options:
            said = f"{key} is {found!r}" if key in data else f"{key} is missing"
            raise self.refuse(path, said, options, nearest_match(str(found), options))
        return found

    def dated(self, data: Mapping[str, Any], path: Path) -> dict[str, Any]:
        day = self.value(
            data, (*path, "valid_from"), lambda v: isinstance(v, date) and not isinstance(v, datetime),
            "a day such as 2026-01-31",
        )  # fmt: skip
        source = self.value(data, (*path, "source"), _text, 'where the number comes from, or "assumption"')
        return {"valid_from": day, "source": source}

    def tables(self, data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        found = data.get(name, [])
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            raise self.refuse((name,), f"{name} is not a list of tables", f"[[{name}]]")
        return found


def parse_rates(text: str, *, file: str) -> Rates:
    """Check a text and make rates of it.

    Raises:
        RatesError: With line, what was found, what is allowed, and the nearest match.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RatesError(f"is not TOML: {error}", where=file) from error
    of = _Text(text, file)
    of.known(data, _TOP, ())
    currency = of.value(
        data, ("currency",), lambda v: isinstance(v, str) and len(v) == 3 and v.isalpha() and v.isupper(),
        'three capitals such as "EUR"',
    )  # fmt: skip
    rates = Rates(
        currency=currency,
        wages=tuple(_wage(of, entry, n) for n, entry in enumerate(of.tables(data, "wages"))),
        verdicts=tuple(_verdict(of, entry, n) for n, entry in enumerate(of.tables(data, "verdicts"))),
        compute=tuple(_compute(of, entry, n) for n, entry in enumerate(of.tables(data, "compute"))),
        escapes=tuple(_escape(of, entry, n) for n, entry in enumerate(of.tables(data, "escapes"))),
        vendors=tuple(_vendor(of, entry, n) for n, entry in enumerate(of.tables(data, "vendors"))),
        targets=_targets(of, data), working_hours=_working_hours(of, data), file=file, text=text, hash=text_hash(text),
    )  # fmt: skip
    _complete(of, rates)
    return rates


def _complete(of: _Text, rates: Rates) -> None:
    """Every role and lane has a price, and none has two on one day."""
    for name, words, key in (
        ("wages", WAGE_ROLES, lambda one: one.role), ("verdicts", LANES, lambda one: one.lane),
        ("compute", ("compute",), lambda _: "compute"), ("escapes", ("escapes",), lambda _: "escapes"),
        ("vendors", (), lambda one: one.engine),
    ):  # fmt: skip
        entries, seen = getattr(rates, name), set()
        for n, entry in enumerate(entries):
            this = (key(entry), entry.valid_from)
            if this in seen:
                raise of.refuse(
                    (name, n, "valid_from"), f"{this[0]} has two entries from {this[1]}", "one entry for a day"
                )
            seen.add(this)
        for word in words:
            if not any(key(entry) == word for entry in entries):
                raise of.refuse((name,), f"nothing about {word!r}", f"at least one [[{name}]] for each of: "
                                + ", ".join(words))  # fmt: skip


def _wage(of: _Text, data: Mapping[str, Any], n: int) -> Wage:
    path = ("wages", n)
    of.known(data, ("role", "per_hour", "valid_from", "source"), path)
    role = of.word(data, (*path, "role"), WAGE_ROLES)
    return Wage(role=role, per_hour=of.money(data, (*path, "per_hour")), **of.dated(data, path))


def _verdict(of: _Text, data: Mapping[str, Any], n: int) -> VerdictTime:
    path = ("verdicts", n)
    of.known(data, ("lane", "role", "seconds", "valid_from", "source"), path)
    day_s = 86_400
    return VerdictTime(
        lane=of.word(data, (*path, "lane"), LANES), role=of.word(data, (*path, "role"), WAGE_ROLES),
        seconds=float(of.value(data, (*path, "seconds"), lambda v: _number(v, 0, day_s), "seconds from 0 to 86,400")),
        **of.dated(data, path),
    )  # fmt: skip


def _compute(of: _Text, data: Mapping[str, Any], n: int) -> ComputePrice:
    path = ("compute", n)
    of.known(data, ("per_core_second", "valid_from", "source"), path)
    return ComputePrice(per_core_second=of.money(data, (*path, "per_core_second")), **of.dated(data, path))


def _escape(of: _Text, data: Mapping[str, Any], n: int) -> EscapeCost:
    path = ("escapes", n)
    of.known(data, ("per_image", "valid_from", "source"), path)
    return EscapeCost(per_image=of.money(data, (*path, "per_image")), **of.dated(data, path))


def _vendor(of: _Text, data: Mapping[str, Any], n: int) -> VendorPrice:
    path = ("vendors", n)
    prices = ("per_image", "per_minute", "per_seat")
    of.known(data, ("engine", *prices, "seats", "tiers", "valid_from", "source"), path)
    engine = of.value(data, (*path, "engine"), _text, "the name of an engine")
    if not any(key in data for key in (*prices, "tiers")):
        raise of.refuse(path, "has no price", (*prices, "tiers"))
    if "tiers" in data and "per_image" in data:
        raise of.refuse((*path, "tiers"), "tiers and per_image", "one of the two")
    if ("per_seat" in data) != ("seats" in data):
        raise of.refuse((*path, "per_seat"), "per_seat without seats, or seats without it", "both or neither")
    seats = of.value(data, (*path, "seats"), lambda v: _whole(v, 0), "a whole number from 0", 0)
    return VendorPrice(
        engine=engine, seats=seats, tiers=_tiers(of, data.get("tiers", []), (*path, "tiers")),
        **{key: of.money(data, (*path, key), 0.0) for key in prices}, **of.dated(data, path),
    )  # fmt: skip


def _tiers(of: _Text, found: Any, path: Path) -> tuple[Tier, ...]:
    if not isinstance(found, list) or not all(isinstance(tier, dict) for tier in found):
        raise of.refuse(path, "tiers is not a list of steps", "{ from = 1, to = 1000, per_image = 0.10 }")
    tiers: list[Tier] = []
    for place, step in enumerate(found, start=1):
        for key in step:
            if key not in ("from", "to", "per_image"):
                raise of.refuse(path, f"step {place} says {key!r}", ("from", "to", "per_image"))
        price, first, last = step.get("per_image"), step.get("from"), step.get("to")
        if not _number(price, 0, MOST):
            raise of.refuse(path, f"per_image of step {place} is {price!r}", _MONEY)
        expected = 1 if not tiers else (tiers[-1].last or 0) + 1
        if tiers and tiers[-1].last is None:
            raise of.refuse(path, f"step {place} comes after one without an end", "only the last step without `to`")
        if first != expected or isinstance(first, bool):
            kind = (
                "overlaps the step before" if _whole(first, 1) and first < expected else "leaves a gap or is no number"
            )
            raise of.refuse(path, f"step {place} begins at {first!r}: it {kind}", f"from = {expected}")
        if last is not None and not _whole(last, first):
            raise of.refuse(path, f"step {place} ends at {last!r}", f"a whole number from {first}, or no `to`")
        tiers.append(Tier(first=first, last=last, per_image=float(price)))
    if tiers and tiers[-1].last is not None:
        raise of.refuse(path, f"nothing is said about image {tiers[-1].last + 1:,}", "a last step without `to`")
    return tuple(tiers)


def _targets(of: _Text, data: Mapping[str, Any]) -> Targets:
    table = data.get("targets", {})
    if not isinstance(table, dict):
        raise of.refuse(("targets",), "targets is not a table", "[targets]")
    shares, amounts = ("rework_rate", "automatic_share", "within_share"), ("turnaround_hours", "cost_per_approved")
    of.known(table, (*shares, *amounts, "source"), ("targets",))
    for key in shares:
        of.value(table, ("targets", key), lambda v: _number(v, 0, 1), "a share from 0 to 1", None)
    for key in amounts:
        of.value(table, ("targets", key), lambda v: _number(v, 0, MOST), _MONEY, None)
    return Targets(**table)


def _working_hours(of: _Text, data: Mapping[str, Any]) -> WorkingHours | None:
    from zoneinfo import available_timezones

    table, path = data.get("working_hours"), ("working_hours",)
    if table is None:
        return None
    if not isinstance(table, dict):
        raise of.refuse(path, "working_hours is not a table", "[working_hours]")
    of.known(table, ("time_zone", "start", "end", "days", "source"), path)
    zones = available_timezones()
    zone = table.get("time_zone")
    if zone not in zones:
        raise of.refuse(
            (*path, "time_zone"), f"time_zone is {zone!r}", 'a name such as "Europe/Berlin"',
            nearest_match(str(zone), zones),
        )  # fmt: skip
    start, end = (
        of.value(table, (*path, key), lambda v: isinstance(v, time), "a time such as 09:00:00")
        for key in ("start", "end")
    )
    if start >= end:
        raise of.refuse((*path, "end"), f"ends at {end}, begins at {start}", "an end after the beginning")
    days = of.value(
        table,
        (*path, "days"),
        lambda v: isinstance(v, list) and v and len(set(map(str, v))) == len(v),
        "a list of days",
    )
    for day in days:
        if day not in DAYS:
            raise of.refuse((*path, "days"), f"days names {day!r}", DAYS, nearest_match(str(day), DAYS))
    return WorkingHours(
        time_zone=zone, start_s=_seconds(start), end_s=_seconds(end), days=tuple(sorted(map(DAYS.index, days))),
        source=of.value(table, (*path, "source"), _text, "text", ""),
    )  # fmt: skip


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _number(value: Any, low: float, high: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    return low <= value <= high


def _whole(value: Any, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= low


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= 1000
