"""Lay page results out as rows of the lake's table (see schema.sql)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from workbench.domain.page_result import PageResult
from workbench.lake.rows import Row, key


def page_row_key(result: PageResult) -> str:
    """The same product, version and day from the same source are one row."""
    return key(result.source, result.set_id, result.sku, result.image_version, result.day)


def page_result_row(result: PageResult, *, imported_at: datetime) -> Row:
    """One day of one page."""
    return asdict(result) | {"row_key": page_row_key(result), "imported_at": imported_at}
