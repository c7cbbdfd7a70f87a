"""Compare the photos of a week with all others: what was measured, and what they look like."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from workbench.inspection.drift import Drift, find_drift
from workbench.jobs.photo_vectors import vectors_of
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

NAMES = ("category", "brand", "channel", "file_format")
NOT_COMPARED = ("set_id", "image_id", "sku", "photo_hash", "week", "now", *NAMES)


def photo_drift(photos: pl.DataFrame, week: date, settings: Settings) -> list[Drift]:
    """Rows of ``photo_properties.sql``, one week of them against the rest."""
    import polars as pl

    rows = photos.drop_nulls("week").with_columns(now=pl.col("week") == week)
    numbers = [name for name in rows.columns if name not in NOT_COMPARED]
    return find_drift(rows, numbers, NAMES, vectors=vectors_of(rows["photo_hash"], settings))
