"""Run a metric over the lake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.domain.errors import UsageError, nearest_match
from workbench.metrics.metric import FILTERS, load

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake


def report(lake: Lake, name: str, filters: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The rows of a metric, with exactly the columns its file declares.

    Args:
        lake: An open lake.
        name: File stem in ``workbench/metrics``.
        filters: Any of `FILTERS`; left out or None leaves everything in, except simulated rows.

    Raises:
        UsageError: No such metric or filter, or a moment without a zone.
        LakeError: The lake cannot be read.
    """
    metric = load(name)
    filters = dict(filters or {})
    for key, value in filters.items():
        if key not in FILTERS:
            raise UsageError(f"no filter named {key!r}", allowed=FILTERS, nearest=nearest_match(key, FILTERS))
        if key in ("since", "until") and value is not None and not (isinstance(value, datetime) and value.tzinfo):
            raise UsageError(f"{key} is {value!r}", where=name, allowed="a moment with its zone")
    return lake.query(metric.path, filters)
