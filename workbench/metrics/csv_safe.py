"""Make a table safe to open in a spreadsheet: text from outside must not become a formula."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

# What Excel, LibreOffice and Google Sheets take for the start of a formula.
# Source: OWASP, CSV Injection.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_safe(frame: pl.DataFrame) -> pl.DataFrame:
    """The same table for a CSV file: risky text begins with an apostrophe, numbers are left as they are.

    Column names are treated like text. Lists and structs, which CSV has no place for, become JSON text.
    """
    import polars as pl

    columns = []
    for column in frame.iter_columns():
        if column.dtype.is_nested():
            texts = [None if cell is None else _json(cell) for cell in column.to_list()]
            column = pl.Series(column.name, texts, dtype=pl.String)
        elif column.dtype in (pl.Categorical, pl.Enum):
            column = column.cast(pl.String)
        if column.dtype == pl.String:
            risky = column.str.contains(_PATTERN)
            column = pl.select(pl.when(risky).then("'" + column).otherwise(column).alias(column.name)).to_series()
        columns.append(column.rename(_name(column.name)))
    return pl.DataFrame(columns)


_PATTERN = "^[" + "".join("\\" + start if start in "-@=+" else start for start in FORMULA_STARTS) + "]"


def _name(name: str) -> str:
    return "'" + name if name.startswith(FORMULA_STARTS) else name


def _json(cell: object) -> str:
    cell = cell.to_list() if hasattr(cell, "to_list") else cell
    return json.dumps(cell, ensure_ascii=False, default=str)
