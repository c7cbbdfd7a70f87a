"""The stacked bars of `cost_parts` straight from a table: one row a bar, one column a part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go
import polars as pl

from workbench.charts.cost_parts import cost_parts


def cost_bars(
    rows: pl.DataFrame, by: str, *, parts: Sequence[str], currency: str, n: str = "approved",
    target: float | None = None, dark: bool = False,
) -> go.Figure:  # fmt: skip
    """One bar a row.

    Args:
        rows: Money per image, a column a part.
        by: Column of the labels; a date becomes its day, an underscore a space, and no value "no category".
        parts: Columns that are stacked, in order.
        currency: Three letters.
        n: Column of the number of images each bar rests on.
        target: A dashed line with its value.
        dark: For the dark theme.
    """
    return cost_parts(
        [bar_label(value, by) for value in rows[by].to_list()], {part: rows[part].to_list() for part in parts},
        approved=rows[n].to_list(), currency=currency, target=target, dark=dark,
    )  # fmt: skip


def bar_label(value: object, by: str) -> str:
    """A week, a category or a lane as people read it."""
    if value is None:
        return f"no {by}"
    return f"{value:%-d %b}" if isinstance(value, date) else str(value).replace("_", " ")
