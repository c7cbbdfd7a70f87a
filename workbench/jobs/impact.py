"""What the pages with new pictures did against those with old ones, from the lake's page results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from workbench import lake
from workbench.jobs.report import with_moments
from workbench.operations.lift import lifts, when
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl


def impact_frame(
    settings: Settings, filters: Mapping[str, Any], *, old: str = "old", new: str = "new", by_category: bool = False
) -> tuple[pl.DataFrame, str]:
    """One row per comparison with its plain sentence, and a sentence about the days.

    Raises:
        LakeError: There is no lake yet, or it cannot be read.
    """
    import polars as pl

    with lake.open(settings, read_only=True) as store:
        totals = store.query("page_totals", with_moments(filters))
    categories = totals["category"].drop_nulls().unique().sort().to_list() if by_category else []
    found = lifts(totals, old=old, new=new, categories=categories)
    rows = [asdict(lift) | {"conclusion": lift.conclusion} for lift in found]
    return pl.DataFrame(rows, infer_schema_length=None), when(totals, old=old, new=new)
