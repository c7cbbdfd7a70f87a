"""Run a metric over the lake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.domain.errors import UsageError, nearest_match
from workbench.metrics.metric import FILTERS, PARAMETERS, load

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake

MOMENTS = ("since", "until", "baseline_since", "baseline_until")


def report(lake: Lake, name: str, filters: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The rows of a metric, with exactly the columns its file declares.

    Args:
        lake: An open lake.
        name: File stem in ``workbench/metrics``.
        filters: Any of `FILTERS` and `PARAMETERS`; a filter left out or None leaves everything in, except simulated
            rows, which are only ever counted alone.

    Raises:
        UsageError: No such metric or filter, or a moment without a zone.
        LakeError: The lake cannot be read.
    """
    metric = load(name)
    filters = dict(filters or {})
    known = (*FILTERS, *PARAMETERS)
    for key, value in filters.items():
        if key not in known:
            raise UsageError(f"no filter named {key!r}", allowed=known, nearest=nearest_match(key, known))
        if key in MOMENTS and value is not None and not (isinstance(value, datetime) and value.tzinfo):
            raise UsageError(f"{key} is {value!r}", where=name, allowed="a moment with its zone")
    return lake.query(metric.path, filters)
