"""A table as Markdown, for a notebook: no quotes around texts, no null, shares as percentages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from workbench.charts.amounts import NO_DATA, money, number, percent


def markdown_table(
    rows: pl.DataFrame, *, shares: Sequence[str] = (), amounts: Sequence[str] = (), currency: str = "EUR"
) -> str:
    """Markdown of a table; underscores in titles become spaces, a pipe in a text stays a text.

    Args:
        rows: The table.
        shares: Columns of shares of one.
        amounts: Columns of money.
        currency: Of the amounts.
    """
    forms: dict[str, Callable[[object], str]] = {
        **dict.fromkeys(shares, percent), **dict.fromkeys(amounts, lambda value: money(value, currency)),
    }  # fmt: skip
    numeric = {name for name, kind in rows.schema.items() if kind.is_numeric()}
    said = [
        [NO_DATA if value is None else forms.get(name, number if name in numeric else str)(value)
         for name, value in row.items()]
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    rule = ["---:" if name in numeric else ":---" for name in rows.columns]
    lines = [[name.replace("_", " ") for name in rows.columns], rule, *said]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
