"""What people said on the QA board of a pilot's photos, where an engine of the pilot had cut them out in a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from pipeline import registry
from pipeline.evaluation.grouped_share import grouped_share
from workbench import lake
from workbench.domain.review_words import VERDICTS
from workbench.jobs.engine_files import EngineFile
from workbench.jobs.pilot_folder import DrawnPhoto
from workbench.settings import Settings

_SHAPE = {
    "engine": pl.String, "photos": pl.Int64, **dict.fromkeys(VERDICTS, pl.Int64), "sent_back": pl.Float64,
    "low": pl.Float64, "high": pl.Float64,
}  # fmt: skip


def pilot_verdicts(
    photos: Iterable[DrawnPhoto], engines: Mapping[str, EngineFile | str], settings: Settings
) -> pl.DataFrame:
    """Verdicts by engine: photos, how many of each verdict, and the share sent back with its 95% interval over SKUs.

    A verdict judges the whole result of a spec, so it says more than the cutout alone. Counted is the first on each
    photo's automatic result, and only where the engine of that run is the pilot's: ours, alone, with the edge solved,
    in the same version.

    Args:
        photos: As they were fixed.
        engines: The pilot's, by name; those that cannot be read are left out.
        settings: The workspace.
    """
    ours = {name: version for name, engine in engines.items() if (version := _as_run(engine)) is not None}
    skus = {photo.photo_hash: photo.sku for photo in photos}
    if not ours or not skus or (settings.catalogue_is_local and not Path(settings.catalogue).exists()):
        return pl.DataFrame(schema=_SHAPE)
    with lake.open(settings, read_only=True) as store:
        given = store.query("pilot_verdicts", {"photo_hashes": sorted(skus)})
    rows = []
    for name, (engine, version) in ours.items():
        own = given.filter((pl.col("engine") == engine) & (pl.col("engine_version") == version))
        if own.height:
            back = (own["verdict"] != "approved").cast(pl.Float64)
            share = grouped_share(back.to_list(), [skus[photo] for photo in own["photo_hash"]])
            counts = {word: own.filter(verdict=word).height for word in VERDICTS}
            rows.append({"engine": name, "photos": own.height, **counts, "sent_back": share.mean, "low": share.low,
                         "high": share.high})  # fmt: skip
    return pl.DataFrame(rows, schema=_SHAPE)


def _as_run(engine: EngineFile | str) -> tuple[str, int] | None:
    """Name and version of the engine a run would have used for the same cutout, None where no run does."""
    if isinstance(engine, str) or engine.adapter != "built_in" or not engine.params.matting:
        return None
    if len(engine.params.engines) != 1:
        return None
    (name,) = engine.params.engines
    return name, registry.load("engines", name).version
