"""Where it tips over: the same day with ever more images that nobody has to touch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.operations.plan_shop import Plan, plan_shop
from workbench.operations.replicate_shop import SimulationStopped, replicate_shop

if TYPE_CHECKING:
    import polars as pl

SHARES = tuple(n / 1000 for n in range(500, 976, 25))
ALL_SHARES = tuple(n / 100 for n in range(0, 96, 5))
_FIGURES = ("left", "utilisation", "late", "people_left_h", "turnaround_p95_h")


def sweep_auto_share(
    plan: Plan,
    shares: Sequence[float] = SHARES,
    *,
    replications: int = 5,
    seed: int = 1,
    on_progress: Callable[[int, int], None] = lambda done, of: None,
    stopping: Callable[[], bool] = lambda: False,
) -> pl.DataFrame:
    """One row a share: images left at the end of the first shift, late ones, p95 turnaround of what people touched.

    Each share sees the same random numbers, so that the difference between two is theirs and not chance's.

    Raises:
        SimulationStopped: ``stopping`` said so.
    """
    import polars as pl

    rows = []
    for number, share in enumerate(shares):
        on_progress(number, len(shares))
        if stopping():
            raise SimulationStopped
        given = replace(plan, auto_share=share)
        found = replicate_shop(plan_shop(given), replications=replications, seed=seed)
        by_hand = found.lanes.filter(pl.col("lane") != "auto")
        row = {"auto_share": share, "load": given.throughput().load}
        for name in _FIGURES:
            value = found.figures[name]
            row |= {name: value.mean, f"{name}_low": value.low, f"{name}_high": value.high}
        row["by_hand_p95_h"] = (
            by_hand["turnaround_p95_h"].max() if by_hand["turnaround_p95_h"].null_count() == 0 else None
        )
        rows.append(row)
    on_progress(len(shares), len(shares))
    return pl.DataFrame(rows, infer_schema_length=None)
