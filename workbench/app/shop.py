"""The rates of this server's workspace, read again only when the file changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from workbench.app import data
from workbench.app.filters import Filters
from workbench.operations.cost_model import Costs, price
from workbench.operations.rates import OWN_NAME, Rates, RatesError, load_rates


def rates() -> Rates:
    """The workspace's own rates, else the shipped ones.

    Raises:
        RatesError: The workspace's file does not validate.
    """
    own = data.settings().workspace / OWN_NAME
    return _read(data.settings().workspace, own.stat().st_mtime_ns if own.is_file() else None)


def rates_problem() -> RatesError | None:
    """What is wrong with the workspace's rates; None while nothing is."""
    try:
        rates()
    except RatesError as problem:
        return problem
    return None


def costs(chosen: Filters, used: Rates | None = None) -> Costs:
    """What the images of a cohort cost, priced now: with the workspace's rates, or with others that are tried."""
    used = used or rates()
    asked = chosen.of_figures()
    months = data.rows("engine_months", include_simulated=chosen.simulated) if used.vendors else None
    return price(data.metric("cost_volumes", **asked), used, months)


def metric_parameters() -> dict[str, Any]:
    """Target and working hours, for the turnaround."""
    from workbench.jobs.report import shop_parameters

    return shop_parameters(rates())


@lru_cache(maxsize=4)
def _read(workspace: Path, _changed_ns: int | None) -> Rates:
    return load_rates(workspace=workspace)
