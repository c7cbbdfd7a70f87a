"""What a step, a check and a writer are: values at the end of their file, found by listing the folder.

A step changes an image, a check measures one, a writer encodes one. Each is a plain function called with the
named values it needs and its parameters: ``run(image=…, alpha=…, params=…)``. A step returns a mapping with
exactly the names it gives; a check returns a `Measurement`; a writer returns suffix -> bytes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class NoParams:
    """A unit without parameters."""


def param(
    default: Any,
    *,
    doc: str,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] | None = None,
    pattern: str | None = None,
    listing: str | None = None,
) -> Any:
    """A field of a parameter record, with the bounds that specs are validated against.

    Lists are tuples; ``low``, ``high`` and ``choices`` then hold for each entry. ``pattern`` is a regular expression
    for the whole text; ``listing`` names the kind of unit whose names are the choices, e.g. ``engines``.
    """
    metadata = {
        "doc": doc, "unit": unit, "low": low, "high": high, "choices": choices, "pattern": pattern, "listing": listing,
    }  # fmt: skip
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One unit of work on an image; ``version`` rises when the pixels it makes change.

    ``models`` are the SHA-256 hashes of the weights it uses; they enter the result key.
    """

    run: Callable[..., Mapping[str, Any]]
    needs: tuple[str, ...]
    gives: tuple[str, ...]
    params: type = NoParams
    version: int = 1
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a check found. ``value`` is None when it abstains, and ``reason`` says why.

    ``worst_xy`` is the pixel (x, y) of the current geometry to look at first.
    """

    value: float | None
    worst_xy: tuple[int, int] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One measurement of one image. ``limit`` is the default; a spec may set its own."""

    run: Callable[..., Measurement]
    needs: tuple[str, ...]
    wants: tuple[str, ...] = ()  # given when they exist, else None
    unit: str
    better: Literal["lower", "higher"]
    limit: float | None
    words: str  # the flag as a retoucher reads it: "light rim around the subject"
    params: type = NoParams
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """One kind of delivered file: ``run`` returns suffix -> bytes, e.g. ``{"alpha.png": b"…"}``."""

    run: Callable[..., Mapping[str, bytes]]
    needs: tuple[str, ...]
    wants: tuple[str, ...] = ()  # given when they exist, else None
    params: type = NoParams
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Anything that finds the subject: ``run(image, params=…)`` returns a confidence map.

    The map is the probability of subject per pixel, float32 (H, W) in [0, 1], in the geometry of ``image``.
    ``models`` are the SHA-256 hashes of the weights it uses; they enter the result key.
    """

    run: Callable[..., Any]
    params: type = NoParams
    version: int = 1
    models: tuple[str, ...] = ()
