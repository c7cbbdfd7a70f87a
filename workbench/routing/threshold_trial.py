"""One setting of the limits tried on groups of images, fast enough to follow a slider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.routing.failure_curve import failure_curve
from workbench.routing.policy import Policy
from workbench.routing.replay_policy import with_floor
from workbench.routing.risk_histogram import PLACES

if TYPE_CHECKING:
    import numpy as np
    import polars as pl


def with_risk_lane(groups: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Groups of ``replay_groups.sql`` by place, with ``risk_lane`` under the policy's limits (in thousandths)."""
    import polars as pl

    names = groups["category"].unique().to_list()
    limits = pl.DataFrame(
        {
            "category": names,
            "auto_place": [round(policy.limit(name) * 1000) for name in names],
            "check_place": [round(policy.check_limit(name) * 1000) for name in names],
        },
        schema={"category": pl.String, "auto_place": pl.Int32, "check_place": pl.Int32},
    )
    return (
        groups.join(limits, on="category", how="left", nulls_equal=True)
        .with_columns(
            risk_lane=pl.when(pl.col("place") > pl.col("check_place"))
            .then(pl.lit("manual"))
            .when(pl.col("place") > pl.col("auto_place"))
            .then(pl.lit("check"))
            .otherwise(pl.lit("auto"))
        )
        .drop("auto_place", "check_place")
    )


def counted(groups: pl.DataFrame, policy: Policy, categories: list[str | None]) -> np.ndarray:
    """Images by category, least lane the rules allow, and place of risk: what `search_thresholds` takes."""
    import numpy as np
    import polars as pl

    counts = np.zeros((len(categories), 4, PLACES), dtype=np.int64)
    held = with_floor(groups, policy).group_by("category", "floor", "place").agg(pl.col("images").sum())
    place_of = {name: number for number, name in enumerate(categories)}
    for category, floor, place, images in held.iter_rows():
        if category in place_of:
            counts[place_of[category], floor, place] += images
    return counts


def judged(groups: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Drawn and judged images one by one: category, risk, failed, weight; of those no rule keeps from auto."""
    import polars as pl

    asked = with_floor(groups, policy).filter(
        (pl.col("floor") <= 1) & pl.col("drawn") & pl.col("auto_failed").is_not_null() & (pl.col("chance") > 0)
    )
    return (
        asked.select(
            "category",
            pl.lit(1).repeat_by("images").alias("one"),
            risk=pl.col("place") / 1000,
            failed="auto_failed",
            weight=1 / pl.col("chance"),
        )
        .explode("one", empty_as_null=False)
        .drop("one")
    )


def failure_curves(
    asked: pl.DataFrame, categories: list[str | None], *, calibrated: bool
) -> tuple[np.ndarray | None, Mapping[str | None, str]]:
    """Chance to fail by category and place, and what each row rests on: "own", "all" categories, or "risk" itself.

    None when even all categories together have too few answers.
    """
    import numpy as np
    import polars as pl

    def of(frame: pl.DataFrame) -> np.ndarray | None:
        values = (frame[name].to_numpy() for name in ("risk", "failed", "weight"))
        risk, failed, weight = values
        return failure_curve(risk, failed, weights=weight, calibrated=calibrated)

    everything = of(asked)
    if everything is None:
        return None, {}
    rows, rests = [], {}
    for category in categories:
        own = of(asked.filter(pl.col("category").eq_missing(pl.lit(category, dtype=pl.String))))
        rows.append(everything if own is None else own)
        rests[category] = "risk" if calibrated else "all" if own is None else "own"
    return np.array(rows), rests
