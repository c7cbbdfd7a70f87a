"""Where the photos go: what a vendor has answered about region, retention, sub-processors and contract, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workbench.domain.errors import UsageError, nearest_match

QUESTIONS: Mapping[str, str] = {
    "region": "Where are the photos processed?",
    "retention": "How long are they kept?",
    "sub_processors": "Who else gets to see them?",
    "dpa": "Is a data processing agreement signed?",
    "training": "Does anybody train on them?",
}
LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAnswer:
    """One answer as it was given: by whom, or where it is written, and on which day."""

    question: str
    answer: str
    date: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstPermission:
    """Who allowed a burst against their service, when, and up to how many images."""

    by: str
    date: date
    most_images: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """``inside_eu`` is None where nobody answered; that counts as outside."""

    inside_eu: bool | None = None
    answers: tuple[RecordedAnswer, ...] = ()
    burst: BurstPermission | None = None

    @property
    def open_questions(self) -> tuple[str, ...]:
        """What has not been answered, in words."""
        answered = {one.question for one in self.answers}
        return tuple(words for key, words in QUESTIONS.items() if key not in answered)


def read_terms(data: Mapping[str, Any], place: Callable[..., str]) -> Terms:
    """Terms from the ``[data]`` table of an engine's file.

    Args:
        data: The table.
        place: Words for where a key stands.

    Raises:
        UsageError: A key, day or text that cannot be used.
    """
    allowed = ("inside_eu", "burst", *QUESTIONS)
    for key in data:
        if key not in allowed:
            raise UsageError(f"unknown key {key!r}", where=place("data", key), allowed=allowed,
                             nearest=nearest_match(key, allowed))  # fmt: skip
    inside = data.get("inside_eu")
    if inside is not None and not isinstance(inside, bool):
        raise UsageError(f"inside_eu is {inside!r}", where=place("data", "inside_eu"), allowed="true or false")
    answers = tuple(
        RecordedAnswer(question=key, **_said(data[key], ("answer", "source"), place("data", key)))
        for key in QUESTIONS
        if key in data
    )
    burst = None
    if "burst" in data:
        most = data["burst"].get("most_images") if isinstance(data["burst"], dict) else None
        if not isinstance(most, int) or isinstance(most, bool) or most < 1:
            raise UsageError(f"most_images is {most!r}", where=place("data", "burst"), allowed="a whole number")
        rest = {key: value for key, value in data["burst"].items() if key != "most_images"}
        burst = BurstPermission(most_images=most, **_said(rest, ("by",), place("data", "burst")))
    return Terms(inside_eu=inside, answers=answers, burst=burst)


def _said(table: Any, texts: tuple[str, ...], where: str) -> dict[str, Any]:
    wanted = (*texts, "date")
    if not isinstance(table, dict) or set(table) != set(wanted):
        raise UsageError(
            f"found {table!r}"[:200], where=where, allowed="{ " + ", ".join(f"{w} = …" for w in wanted) + " }"
        )
    for name in texts:
        if not isinstance(table[name], str) or not 0 < len(table[name].strip()) <= LONGEST:
            raise UsageError(f"{name} is {table[name]!r}"[:200], where=where, allowed="text")
    if not isinstance(table["date"], date) or isinstance(table["date"], datetime):
        raise UsageError(f"date is {table['date']!r}", where=where, allowed="a day such as 2026-11-21")
    return dict(table)
