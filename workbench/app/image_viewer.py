"""The pictures of one image in the before/after widget: what there is, how it lies over the photo, where to look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from workbench.app import data, pictures
from workbench.app.before_after import Before, Layer, Spot, before_after
from workbench.app.flat_picture import flat_picture
from workbench.app.image_list import artefact
from workbench.app.image_record import ImageRecord, nearest
from workbench.app.image_versions import version_switch
from workbench.app.picture_routes import photo_file
from workbench.app.states import partial

IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def image_viewer(image: ImageRecord) -> Literal["previous", "next"] | None:
    """Show the pictures; returns where the arrow keys want to go."""
    row = image.row
    version_switch(image)
    layers = result_layers(row)
    before = photo_before(row)
    width, height = delivered_size(row) or ((before.width_px, before.height_px) if before else (1000, 1000))
    missing = missing_words(before is not None, len(layers), row)
    if missing:
        partial(missing)
    flat = flat_picture(row, small=True)
    return before_after(
        f"{row['set_id']}/{row['image_id']}/{row['result_id']}",
        width_px=width,
        height_px=height,
        layers=layers,
        before=before,
        spots=spots(image),
        overview_url=pictures.small_url(flat) if flat and _is_there(flat) else None,
        note=f"{width} × {height} px delivered" if layers else "",
        ahead=_ahead(image),
    )


def result_layers(row: Mapping[str, Any]) -> list[Layer]:
    """The pictures that were made of a photo."""
    made = [
        ("flat", "Flat", flat_picture(row), pictures.artefact_url, False),
        ("cutout", "Cutout", artefact(row, "cutout.png"), pictures.artefact_url, True),
        ("alpha", "Alpha", artefact(row, "alpha.png"), pictures.artefact_url, False),
        ("confidence", "Confidence", artefact(row, "confidence.png"), pictures.viridis_url, False),
        ("trimap", "Trimap", artefact(row, "trimap.png"), pictures.artefact_url, False),
    ]
    return [
        Layer(key=key, label=label, url=url(file), clear=clear)
        for key, label, file, url, clear in made
        if file and _is_there(file)
    ]


def missing_words(photo: bool, layers: int, row: Mapping[str, Any]) -> str:
    """What cannot be shown and why; empty when all is there."""
    words = [] if photo else ["The original photo is not on this machine any more, or cannot be opened."]
    if not layers and row["artefacts"]:
        words.append("The files of this result are gone from the workspace.")
    return " ".join(words)


def photo_before(row: Mapping[str, Any]) -> Before | None:
    """The original, if it is still on this machine and can be opened."""
    file = photo_file(row["photo_hash"] or "")
    if file is None:
        return None
    if row["width_px"] and row["height_px"]:
        size = row["width_px"], row["height_px"]
    else:  # refused before its size was known
        try:
            size = pictures.upright_size(file, file.stat().st_mtime_ns)
        except OSError:
            return None
    geometry = row["geometry"] or IDENTITY
    return Before(url=pictures.photo_url(row["photo_hash"]), width_px=size[0], height_px=size[1], geometry=geometry)


def delivered_size(row: Mapping[str, Any]) -> tuple[int, int] | None:
    """Width and height of the delivered picture, None when there is none."""
    file = artefact(row, "alpha.png", "cutout.png")
    return pictures.size_of(data.settings().workspace / file["path"]) if file and _is_there(file) else None


def spots(image: ImageRecord) -> list[Spot]:
    """Where each check says to look, the worst first."""
    placed = [check for check in image.row["checks"] or () if check["worst_x"] is not None and check["limit"]]
    placed.sort(key=nearest, reverse=True)
    return [
        Spot(label=c["check"].replace("_", " "), x=c["worst_x"], y=c["worst_y"], flagged=c["passed"] is False)
        for c in placed
    ]


def _is_there(file: Mapping[str, Any]) -> bool:
    return (data.settings().workspace / file["path"]).is_file()


def _ahead(image: ImageRecord) -> list[str]:
    """What the next image will show first."""
    if image.next is None:
        return []
    flat = flat_picture(image.next)
    first = pictures.artefact_url(flat) if flat else None
    photo = pictures.photo_url(image.next["photo_hash"]) if image.next["photo_hash"] else None
    return [url for url in (first, photo) if url]
