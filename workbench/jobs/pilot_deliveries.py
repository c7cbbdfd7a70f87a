"""What studios delivered against what was asked for: found, missing, twice, of another size, or extra."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pipeline.cutout import Asked, EngineFault
from pipeline.engines.adapters.delivered_folder import Delivery, delivery
from workbench.domain.errors import UsageError
from workbench.jobs.engine_files import EngineFile
from workbench.jobs.open_set import open_set
from workbench.jobs.pilot_folder import DrawnPhoto
from workbench.settings import Settings

ADAPTER = "delivered_folder"
_SHAPE = {
    "engine": pl.String, "asked": pl.Int64, "found": pl.Int64, "missing": pl.List(pl.String),
    "twice": pl.List(pl.String), "other_size": pl.List(pl.String), "extra": pl.List(pl.String),
}  # fmt: skip


def pilot_deliveries(
    photos: Iterable[DrawnPhoto], engines: Mapping[str, EngineFile | str], results: pl.DataFrame
) -> pl.DataFrame:
    """One row a studio: numbers asked for and found, and the names of what is not as it should be.

    Args:
        photos: As they were fixed.
        engines: The pilot's, by name; only delivered folders are looked at.
        results: From `pilot_results`; a file of another size is found when it is opened.
    """
    asked, rows = list(photos), []
    for name, engine in engines.items():
        if isinstance(engine, str) or engine.adapter != ADAPTER:
            continue
        try:
            found = _delivered(asked, engine)
        except EngineFault:  # the folder is gone since; each photo says so already
            continue
        wrong = results.filter(engine=name, fault="other_size")["image_id"].to_list()
        rows.append({"engine": name, "asked": len(asked), "found": len(found.found), "missing": list(found.missing),
                     "twice": list(found.doubled), "other_size": wrong, "extra": list(found.extra)})  # fmt: skip
    return pl.DataFrame(rows, schema=_SHAPE)


def delivery_report(engine: EngineFile, source: str, settings: Settings) -> pl.DataFrame:
    """Hold a studio's folder against a set before a pilot is begun: a row a photo or file, and what is wrong with it.

    Args:
        engine: A delivered folder.
        source: Manifest or folder of the photos.
        settings: The workspace.

    Raises:
        UsageError: Another kind of engine, or a set that cannot be used.
        EngineFault: There is no such folder.
    """
    if engine.adapter != ADAPTER:
        raise UsageError(f"{engine.name} is no delivered folder", where=engine.adapter, allowed=ADAPTER)
    photos = open_set(source, settings=settings).photos
    found = _delivered(photos, engine)
    skus = {photo.image_id: photo.sku for photo in photos}
    sizes = _sizes(found, photos, engine, settings)
    rows = [
        *((image, skus[image], sizes.get(image, "found")) for image in found.found),
        *((image, skus[image], "missing") for image in found.missing),
        *((image, skus[image], f"twice: {', '.join(files)}") for image, files in found.doubled.items()),
        *((None, None, f"extra: {file}") for file in found.extra),
    ]
    return pl.DataFrame(rows, schema={"image_id": pl.String, "sku": pl.String, "is": pl.String}, orient="row")


def _delivered(photos: Iterable, engine: EngineFile) -> Delivery:
    return delivery([_asked(photo, 0) for photo in photos], engine.params, engine.folder)


def _sizes(found: Delivery, photos: Iterable, engine: EngineFile, settings: Settings) -> dict[str, str]:
    """What opening the found files says of those that cannot be used."""
    asks, there, wrong = engine.open(), set(found.found), {}
    for photo in photos:
        if photo.image_id in there:
            try:
                asks(_asked(photo, settings.pixel_limit))
            except EngineFault as fault:
                wrong[photo.image_id] = f"{fault.kind.replace('_', ' ')}: {fault.found}"
    return wrong


def _asked(photo, pixel_limit: int) -> Asked:
    return Asked(image_id=photo.image_id, sku=photo.sku, path=str(photo.path), pixel_limit=pixel_limit)
