"""Compare the photos of a week with all others: what was measured, and what they look like."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from workbench.inspection.drift import Drift, find_drift
from workbench.inspection.slice_pictures import photo_name
from workbench.jobs.inspect_images import inspection_place
from workbench.jobs.photo_vectors import known_vectors
from workbench.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

NAMES = ("category", "brand", "channel", "file_format")
NOT_COMPARED = ("set_id", "image_id", "sku", "photo_hash", "week", "now", *NAMES)


def photo_drift(photos: pl.DataFrame, week: date, settings: Settings) -> list[Drift]:
    """Rows of ``photo_properties.sql``, one week of them against the rest."""
    import polars as pl

    rows = photos.drop_nulls("week").with_columns(now=pl.col("week") == week)
    numbers = [name for name in rows.columns if name not in NOT_COMPARED]
    return find_drift(rows, numbers, NAMES, vectors=_vectors(rows, settings))


def _vectors(rows: pl.DataFrame, settings: Settings) -> np.ndarray | None:
    """What each photo looks like; None while no FiftyOne dataset was built, which computes it."""
    import numpy as np

    known = known_vectors(inspection_place(settings))
    if not known:
        return None
    empty = np.full(len(next(iter(known.values()))), np.nan, np.float32)
    names = {photo: photo_name(photo) for photo in rows["photo_hash"].unique()}
    return np.stack([known.get(names[photo], empty) for photo in rows["photo_hash"]])
