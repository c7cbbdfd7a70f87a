"""Each part of the cost per approved image, for a picture that stacks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.operations.cost_model import PARTS

if TYPE_CHECKING:
    import polars as pl


def parts_per_approved(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``Costs.by`` with each part divided by its approved images; rows without an approved image left out."""
    import polars as pl

    return rows.filter(pl.col("approved") > 0).with_columns(pl.col(part) / pl.col("approved") for part in PARTS)
