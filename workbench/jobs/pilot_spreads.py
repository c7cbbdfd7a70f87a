"""How far two engines lie apart from photo to photo, as a pilot measured it: what the size of the next one rests on."""

from __future__ import annotations

import itertools

import polars as pl

from workbench.jobs.pilot_folder import PilotFolder
from workbench.jobs.pilot_results import pilot_results
from workbench.vendors.pilot import MEASURES

_SHAPE = {
    "measure": pl.String, "engine": pl.String, "other": pl.String, "photos": pl.Int64, "mean": pl.Float64,
    "spread": pl.Float64,
}  # fmt: skip


def pilot_spreads(folder: PilotFolder) -> pl.DataFrame:
    """Mean and standard deviation of the difference of every two engines on the photos both were asked for.

    A photo that did not come counts as an empty cutout, as everywhere in a pilot.

    Raises:
        PilotError: The pilot's file does not validate, or was changed after the first call.
    """
    pilot, fixed = folder.pilot(), folder.fixed()
    results = pilot_results(folder, pilot, fixed.photos if fixed else ())
    results = results.filter((pl.col("outcome") != "not_sent") & pl.col("iou").is_not_null())
    rows = []
    for measure, (one, other) in itertools.product(MEASURES, itertools.combinations(pilot.engines, 2)):
        both = results.filter(engine=one).join(results.filter(engine=other), on="image_id")
        away = both[measure] - both[f"{measure}_right"]
        if away.len() > 1:
            rows.append((measure, one, other, away.len(), away.mean(), away.std()))
    return pl.DataFrame(rows, schema=_SHAPE, orient="row")
