"""One answer of a pilot: what may be said, the tables behind it, and what they do not show."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells as they are read, and the numbers behind them. ``right`` are columns of numbers."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    frame: pl.DataFrame
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One question: what may be said, the tables behind it, and what they do not show."""

    key: str
    question: str
    said: tuple[str, ...]
    tables: tuple[Table, ...]
    not_shown: str
