"""Reports from the lake by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from workbench import lake, metrics
from workbench.domain.errors import UsageError
from workbench.settings import Settings

_MOMENTS = ("since", "until")


def metric_catalogue() -> pl.DataFrame:
    """Every metric with its title, unit and what one row is."""
    found = metrics.catalogue().values()
    return pl.DataFrame([{"name": m.name, "title": m.title, "unit": m.unit, "one row is": m.grain} for m in found])


def report_frame(name: str, settings: Settings, filters: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of a metric; moments may be ISO 8601 text.

    Raises:
        UsageError: No such metric or filter, or a moment that is not ISO 8601 with a zone.
        LakeError: There is no lake yet, or it cannot be read.
    """
    metrics.load(name)
    used = {key: _moment(key, value) if key in _MOMENTS else value for key, value in filters.items()}
    with lake.open(settings, read_only=True) as store:
        return metrics.report(store, name, used)


def _moment(key: str, value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError(f"{key} is {value!r}", allowed="ISO 8601 with a zone, e.g. 2026-03-01T00:00:00Z")
    return found
