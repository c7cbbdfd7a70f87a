"""A pilot as it is fixed before the first call: question, photos, engines, measure, margin, n and budget."""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.domain.errors import UsageError, nearest_match
from workbench.domain.toml_lines import line_of

Better = Literal["higher", "lower"]
MEASURES: Mapping[str, Better] = {
    "iou": "higher", "boundary_f": "higher", "sad": "lower", "mse": "lower", "grad": "lower", "conn": "lower",
}  # fmt: skip
LARGEST: Mapping[str, float] = {"iou": 1.0, "boundary_f": 1.0, "mse": 1.0}  # of those that have an upper end
MEASURE_WORDS: Mapping[str, str] = {
    "iou": "IoU", "boundary_f": "boundary F", "sad": "SAD", "mse": "MSE", "grad": "Grad", "conn": "Conn",
}  # fmt: skip
_TOP = (
    "name", "question", "set", "engines", "baseline", "measure", "margin", "per_category", "categories", "budget_eur",
    "seed", "rework_limit", "people_may_leave_eu", "blind",
)  # fmt: skip
_BLIND = ("judges", "pairs", "repeats", "guess_margin", "reference")


class PilotError(UsageError):
    """A pilot's file cannot be used, or is not what it was when the pilot began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindPlan:
    """The blind test as registered before anybody looks.

    ``pairs`` is how many comparisons each judge makes, repeats included; ``repeats`` the share of them shown twice.
    ``guess_margin``: people cannot tell if the interval of their accuracy lies within 0.5 plus or minus it.
    ``reference`` is the engine that stands for the retoucher's work.
    """

    judges: int = 2
    pairs: int = 60
    repeats: float = 0.1
    guess_margin: float = 0.1
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """One pilot; ``hash`` is the SHA-256 of the file's text."""

    name: str
    question: str
    source: str
    engines: tuple[str, ...]
    baseline: str
    measure: str
    margin: float
    per_category: int
    categories: tuple[str, ...] | None
    budget_eur: float
    seed: int
    rework_limit: float  # of what goes out untouched
    people_may_leave_eu: bool
    blind: BlindPlan
    text: str
    hash: str

    @property
    def better(self) -> Better:
        """Which direction of the measure is better."""
        return MEASURES[self.measure]


def parse_pilot(text: str, *, where: str) -> Pilot:
    """Check a pilot's text.

    Args:
        text: TOML.
        where: File name for messages.

    Raises:
        PilotError: With the line, what was found, what is allowed, and the nearest match.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PilotError(f"is not TOML: {error}", where=where) from error
    of = _Text(text, where)
    of.known(data, _TOP)
    engines = tuple(of.words(data, "engines"))
    if len(set(engines)) < len(engines) or len(engines) < 2:
        raise of.refuse("engines", f"engines is {list(engines)}", "two or more, each once")
    blind = data.get("blind", {})
    if not isinstance(blind, dict):
        raise of.refuse("blind", "blind is not a table", "[blind]")
    of.known(blind, _BLIND, "blind")
    reference = blind.get("reference")
    if reference is not None and reference not in engines:
        raise of.refuse("blind", f"reference is {reference!r}", engines)
    return Pilot(
        name=of.name(data), question=of.text_of(data, "question"), source=of.text_of(data, "set"), engines=engines,
        baseline=of.one_of(data, "baseline", engines, engines[0]), measure=of.one_of(data, "measure", tuple(MEASURES)),
        margin=of.number(data, "margin", 0.0, 1e6), per_category=of.whole(data, "per_category", 1, 100_000),
        categories=tuple(of.words(data, "categories")) if "categories" in data else None,
        budget_eur=of.number(data, "budget_eur", 0.0, 1e7), seed=of.whole(data, "seed", 0, 2**31, 0),
        rework_limit=of.number(data, "rework_limit", 0.001, 0.5, 0.05),
        people_may_leave_eu=of.yes_or_no(data, "people_may_leave_eu"),
        blind=BlindPlan(
            judges=of.whole(blind, "judges", 1, 1000, 2), pairs=of.whole(blind, "pairs", 2, 100_000, 60),
            repeats=of.number(blind, "repeats", 0.0, 0.5, 0.1),
            guess_margin=of.number(blind, "guess_margin", 0.01, 0.49, 0.1), reference=reference,
        ),
        text=text, hash=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Text:
    """Looks values up and says where they stand."""

    text: str
    where: str

    def refuse(self, key: str, found: str, allowed: str | Sequence[str], nearest: str | None = None) -> PilotError:
        line = line_of(self.text, (key,))
        return PilotError(found, where=f"{self.where}, line {line}" if line else self.where, allowed=allowed,
                          nearest=nearest)  # fmt: skip

    def known(self, data: Mapping[str, Any], allowed: Sequence[str], table: str | None = None) -> None:
        for key in data:
            if key not in allowed:
                raise self.refuse(table or key, f"unknown key {key!r}", allowed, nearest_match(key, allowed))

    def _value(self, data: Mapping[str, Any], key: str, fits: Callable[[Any], bool], allowed: str, default: Any) -> Any:
        if key not in data and default is not None:
            return default
        if key not in data or not fits(data[key]):
            found = f"{key} is {data[key]!r}" if key in data else f"{key} is missing"
            raise self.refuse(key, found, allowed)
        return data[key]

    def text_of(self, data: Mapping[str, Any], key: str) -> str:
        return self._value(data, key, lambda v: isinstance(v, str) and 0 < len(v.strip()) <= 1000, "text", None)

    def name(self, data: Mapping[str, Any]) -> str:
        return self._value(
            data, "name", lambda v: isinstance(v, str) and v.replace("_", "").replace("-", "").isalnum(),
            "letters, digits, _ and -", None,
        )  # fmt: skip

    def words(self, data: Mapping[str, Any], key: str) -> list[str]:
        return self._value(
            data, key, lambda v: isinstance(v, list) and v and all(isinstance(one, str) and one for one in v),
            "a list of names", None,
        )  # fmt: skip

    def one_of(self, data: Mapping[str, Any], key: str, options: Sequence[str], default: str | None = None) -> str:
        found = data.get(key, default)
        if found not in options:
            raise self.refuse(key, f"{key} is {found!r}" if found else f"{key} is missing", options,
                              nearest_match(str(found), options))  # fmt: skip
        return found

    def number(self, data: Mapping[str, Any], key: str, low: float, high: float, default: float | None = None) -> float:
        def fits(value: Any) -> bool:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return number and math.isfinite(value) and low <= value <= high

        return float(self._value(data, key, fits, f"a number from {low:g} to {high:g}", default))

    def whole(self, data: Mapping[str, Any], key: str, low: int, high: int, default: int | None = None) -> int:
        def fits(value: Any) -> bool:
            return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

        return self._value(data, key, fits, f"a whole number from {low} to {high}", default)

    def yes_or_no(self, data: Mapping[str, Any], key: str) -> bool:
        return self._value(data, key, lambda v: isinstance(v, bool), "true or false", False)
