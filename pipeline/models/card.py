"""A model's card: what it was made from, how good it is, where it fails, and what it may be fed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.errors import ModelError, nearest_match

SIMULATED_LABELS = "simulated_labels"  # the fact: so many labels nobody gave; such a model is never put in use


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """One source the model learned from."""

    what: str
    n: int
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure; ``category`` is None for the whole test set, an unknown interval is None."""

    test_set: str
    category: str | None
    measure: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands beside a model's weights, as ``NAME.json``.

    ``sha256``, ``size_bytes``, ``arrays`` and ``beside`` are filled in when the model is saved.
    """

    name: str
    version: int
    title: str
    made_by: str  # the command that makes it again
    data: tuple[Data, ...]
    split: str  # how learning and testing were kept apart, in words
    figures: tuple[Figure, ...]
    failures: tuple[str, ...]  # where it is known to fail
    input: str  # the contract of what goes in and comes out, in words
    simulated: tuple[str, ...] = ()  # which parts of the data are simulated or rendered
    limits: tuple[str, ...] = ()  # what holds the figures down now, and what data would move them most
    took: str = ""  # how long its training took, on what
    facts: Mapping[str, Any] = field(default_factory=dict)  # what the code that runs it must know: names, sizes, limits
    sha256: str = ""  # of the weights file
    size_bytes: int = 0
    arrays: Mapping[str, str] = field(default_factory=dict)  # name -> "float32 3x64x64"
    beside: Mapping[str, str] = field(default_factory=dict)  # further files, e.g. "subject_net.onnx" -> sha256

    @property
    def label(self) -> str:
        """``name@version``, as it is stored beside what the model said."""
        return f"{self.name}@{self.version}"

    def text(self) -> str:
        """The card as JSON."""
        return json.dumps(dataclasses.asdict(self), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def parse(cls, text: str, *, where: str) -> Card:
        """Read a card.

        Raises:
            ModelError: Not JSON, a field is missing, or one that no card has.
        """
        try:
            found = json.loads(text)
        except ValueError as error:
            raise ModelError(f"the card is not JSON: {error}", where=where) from error
        if not isinstance(found, dict):
            raise ModelError("the card is not a JSON object", where=where)
        fields = {one.name: one for one in dataclasses.fields(cls)}
        for name in found:
            if name not in fields:
                raise ModelError(
                    f"the card has a field {name!r}", where=where, allowed=fields, nearest=nearest_match(name, fields)
                )
        for name, one in fields.items():
            needed = one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
            if needed and name not in found:
                raise ModelError(f"the card lacks {name!r}", where=where)
        try:
            lists = {
                "data": tuple(Data(**one) for one in found["data"]),
                "figures": tuple(Figure(**one) for one in found["figures"]),
                "failures": tuple(found["failures"]),
                "simulated": tuple(found.get("simulated", ())),
                "limits": tuple(found.get("limits", ())),
                "version": int(found["version"]),
            }
        except (TypeError, ValueError) as error:
            raise ModelError(f"the card cannot be read: {error}", where=where) from error
        return cls(**{**found, **lists})
