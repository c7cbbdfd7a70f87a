"""What the images of a lake cost under a file of rates, computed when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import lake, metrics
from workbench.domain.errors import UsageError, nearest_match
from workbench.jobs.report import with_moments
from workbench.operations.cost_model import Costs, price
from workbench.operations.rates import Rates, load_rates
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake

DIMENSIONS = ("week", "category", "lane")


def costs_of(store: Lake, filters: Mapping[str, Any], rates: Rates) -> Costs:
    """Volumes of the cohort under the filters, with prices put to them."""
    volumes = metrics.report(store, "cost_volumes", filters)
    asked = {"include_simulated": filters.get("include_simulated")}
    return price(volumes, rates, store.query("engine_months", asked) if rates.vendors else None)


def cost_frame(
    settings: Settings, filters: Mapping[str, Any], *, by: Sequence[str] = (), rates_file: Path | None = None
) -> tuple[pl.DataFrame, Rates]:
    """Cost per approved and per processed image, split into parts.

    Args:
        settings: The workspace.
        filters: Any of ``metrics.FILTERS``; moments may be ISO 8601 text and are about the receipt of the images.
        by: Any of week, category, lane.
        rates_file: Rates to use instead of the workspace's.

    Raises:
        UsageError: An unknown filter or dimension, or rates that do not validate.
        LakeError: There is no lake yet, or it cannot be read.
    """
    for name in by:
        if name not in DIMENSIONS:
            raise UsageError(f"by {name!r}", allowed=DIMENSIONS, nearest=nearest_match(name, DIMENSIONS))
    rates = load_rates(rates_file, workspace=settings.workspace)
    with lake.open(settings, read_only=True) as store:
        return costs_of(store, with_moments(filters), rates).by(*by), rates
