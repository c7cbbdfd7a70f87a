"""Reports from the lake by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from workbench import lake, metrics
from workbench.domain.errors import UsageError
from workbench.metrics.report import MOMENTS
from workbench.operations.rates import Rates, load_rates
from workbench.settings import Settings


def metric_catalogue() -> pl.DataFrame:
    """Every metric with its title, unit and what one row is."""
    found = metrics.catalogue().values()
    return pl.DataFrame([{"name": m.name, "title": m.title, "unit": m.unit, "one row is": m.grain} for m in found])


def report_frame(name: str, settings: Settings, filters: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of a metric; moments may be ISO 8601 text. Target and working hours come from the workspace's rates.

    Raises:
        UsageError: No such metric or filter, or a moment that is not ISO 8601 with a zone.
        LakeError: There is no lake yet, or it cannot be read.
    """
    used = with_moments(filters)
    if "$target_hours" in metrics.load(name).sql:
        used = {**shop_parameters(load_rates(workspace=settings.workspace)), **used}
    with lake.open(settings, read_only=True) as store:
        return metrics.report(store, name, used)


def shop_parameters(rates: Rates) -> dict[str, Any]:
    """What some metrics need to know of the shop: its target for turnaround and when people are there."""
    hours = rates.working_hours
    return {"target_hours": rates.targets.turnaround_hours, **({} if hours is None else hours.parameters())}


def with_moments(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The same filters with ISO 8601 text read as moments.

    Raises:
        UsageError: A text that is not ISO 8601 with a zone.
    """
    return {key: _moment(key, value) if key in MOMENTS else value for key, value in filters.items()}


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
