"""What every engine made of every photo of a pilot, as one table that all figures rest on."""

from __future__ import annotations

from typing import Any

import polars as pl

from workbench.jobs.pilot_folder import DrawnPhoto, PilotFolder
from workbench.vendors.pilot import MEASURES, Pilot

NOTHING = "nothing"  # the engine that delivers an empty cutout: what counts for a photo that did not come
_SHAPE = {
    "engine": pl.String, "image_id": pl.String, "sku": pl.String, "category": pl.String, "outcome": pl.String,
    "fault": pl.String, "reason": pl.String, "seconds": pl.Float64, "core_seconds": pl.Float64, "calls": pl.Int64,
    "score": pl.Float64, "beyond": pl.Float64, **dict.fromkeys(MEASURES, pl.Float64), "sent_back": pl.Boolean,
    "checks": pl.Object, "kept": pl.Object,
}  # fmt: skip


def pilot_results(folder: PilotFolder, pilot: Pilot, photos: tuple[DrawnPhoto, ...]) -> pl.DataFrame:
    """A row for each photo and engine that was asked; a photo that did not come measures as an empty cutout.

    Args:
        folder: The pilot.
        pilot: Its file.
        photos: As they were fixed.
    """
    rows = []
    for photo in photos:
        nothing = folder.result(NOTHING, photo.image_id) or {}
        for engine in pilot.engines:
            found = folder.result(engine, photo.image_id)
            if found is None:
                continue
            told: dict[str, Any] = {key: found.get(key) for key in _SHAPE}
            if found["outcome"] == "failed":
                told |= {key: nothing.get(key) for key in (*MEASURES, "beyond")}
            beyond = told["beyond"]
            told["sent_back"] = None if beyond is None or found["outcome"] == "not_sent" else beyond > 1.0
            rows.append(told | {"engine": engine, "sku": photo.sku, "category": photo.category})
    return pl.DataFrame(rows, schema=_SHAPE, strict=False)
