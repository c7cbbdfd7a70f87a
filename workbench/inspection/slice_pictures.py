"""The pictures FiftyOne shows of one result: the photo with its maps, and the cutout on white, black and checker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.domain.whole_file import write_whole

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

SHOWN_PX, THUMBNAIL_PX = 1024, 256
CHECKER_PX, CHECKER = 16, ((255, 255, 255), (204, 204, 204))
GROUNDS = {"on_white": (255, 255, 255), "on_black": (0, 0, 0), "on_checker": None}
SLICES = ("photo", *GROUNDS)
MAPS = {"alpha": "alpha.png", "trimap": "trimap.png", "confidence": "confidence.png"}
_QUALITY = 88


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One picture: its file, its thumbnail and its size."""

    file: Path
    thumbnail: Path
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicePictures:
    """All pictures of a result. ``maps`` lie over the photo; what could not be made is left out."""

    slices: Mapping[str, Shown]
    maps: Mapping[str, Path]


def slice_pictures(
    row: Mapping[str, Any], *, workspace: Path, media: Path, open_photo: Callable[[Mapping[str, Any]], Picture | None]
) -> SlicePictures:
    """Make the pictures of a result, each once: they are named by the hash of what they are made from.

    Args:
        row: photo_hash, geometry, width_px, height_px, artefacts, alpha_path (ground truth).
        workspace: Where the artefacts lie.
        media: Where the pictures go.
        open_photo: The photo upright in sRGB, None when it cannot be shown any more.
    """
    files = {one["suffix"]: workspace / one["path"] for one in row["artefacts"] or ()}
    slices, maps = {}, {}
    shown = _once(media, "photo", [row["photo_hash"]], lambda: _fit(open_photo(row)))
    if shown is None:
        shown = _once(media, "missing", [], _missing)
    slices["photo"] = shown
    cutout = files.get("cutout.png")
    if cutout is not None and cutout.is_file():
        for name, colour in GROUNDS.items():
            key = [cutout.name, name]
            slices[name] = _once(media, name, key, lambda cutout=cutout, colour=colour: _on_ground(cutout, colour))
    geometry = row["geometry"]
    if geometry and row["width_px"]:
        size, scale = (shown.width_px, shown.height_px), shown.width_px / row["width_px"]
        for name, suffix in MAPS.items():
            if (file := files.get(suffix)) is not None and file.is_file():
                maps[name] = _map_once(media, name, file, geometry, size, scale)
    truth = Path(row["alpha_path"]) if row.get("alpha_path") else None
    if truth is not None and truth.is_file():
        maps["ground_truth"] = _truth_once(media, truth, (shown.width_px, shown.height_px))
    return SlicePictures(slices=slices, maps=maps)


def back_to_photo(picture: Picture, geometry: Sequence[float], size: tuple[int, int], scale: float) -> Picture:
    """A map of the delivered picture as it lies over the photo.

    Args:
        picture: Grey, delivered size.
        geometry: 3x3 row-major, source pixels -> delivered pixels.
        size: Of the photo as shown.
        scale: Shown px per source px.
    """
    from PIL import Image

    smaller = min(1.0, scale)
    if smaller < 1:
        width, height = (max(1, round(side * smaller)) for side in picture.size)
        picture = picture.resize((width, height), Image.Resampling.BOX)
    ax, bx, cx, ay, by, cy = geometry[:6]
    g, h, i = geometry[6:]
    numbers = [v * smaller / i for v in (ax / scale, bx / scale, cx, ay / scale, by / scale, cy)]
    how = Image.Resampling.BILINEAR
    return picture.transform(
        size, Image.Transform.PERSPECTIVE, (*numbers, g / scale / i, h / scale / i), resample=how, fillcolor=0
    )


def _fit(picture: Picture | None) -> Picture | None:
    if picture is None:
        return None
    from PIL import Image

    if picture.mode == "RGBA":  # straight alpha would bleed the hidden colours into the edge
        small = picture.convert("RGBa")
        small.thumbnail((SHOWN_PX, SHOWN_PX), Image.Resampling.BOX)
        return small.convert("RGBA")
    picture.thumbnail((SHOWN_PX, SHOWN_PX), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture.convert("RGB")


def _on_ground(cutout: Path, colour: tuple[int, int, int] | None) -> Picture:
    from PIL import Image

    with Image.open(cutout) as opened:
        picture = _fit(opened.convert("RGBA"))
    ground = Image.new("RGB", picture.size, colour) if colour is not None else _checker(picture.size)
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _checker(size: tuple[int, int]) -> Picture:
    import numpy as np
    from PIL import Image

    rows, columns = (np.arange(side) // CHECKER_PX for side in (size[1], size[0]))
    return Image.fromarray(np.array(CHECKER, np.uint8)[(rows[:, None] + columns[None, :]) % 2])


def _missing() -> Picture:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (320, 320), (236, 236, 234))
    ImageDraw.Draw(picture).text((66, 152), "the photo cannot be shown", fill=(107, 112, 117))
    return picture


def _map_once(
    media: Path, name: str, file: Path, geometry: Sequence[float], size: tuple[int, int], scale: float
) -> Path:
    from PIL import Image

    target = _target(media, name, [file.name, list(geometry), size, scale], ".png")
    if not target.exists():
        with Image.open(file) as opened:
            deep = opened.mode.startswith("I")  # 16 bit
            grey = (opened.point(lambda v: v / 256) if deep else opened).convert("L")
            made = back_to_photo(grey, geometry, size, scale)
        if name == "trimap":  # three classes: what lies between stays unknown
            made = made.point(lambda v: 0 if v < 64 else 255 if v > 191 else 128)
        write_whole(target, lambda part: made.save(part, "PNG", compress_level=1))
    return target


def _truth_once(media: Path, file: Path, size: tuple[int, int]) -> Path:
    from PIL import Image

    changed = file.stat()
    target = _target(media, "ground_truth", [str(file), changed.st_mtime_ns, changed.st_size, size], ".png")
    if not target.exists():
        with Image.open(file) as opened:
            deep = opened.mode.startswith("I")
            grey = (opened.point(lambda v: v / 256) if deep else opened).convert("L").resize(size, Image.Resampling.BOX)
            write_whole(target, lambda part: grey.save(part, "PNG", compress_level=1))
    return target


def _once(media: Path, name: str, key: Sequence[object], make: Callable[[], Picture | None]) -> Shown | None:
    """The picture and its thumbnail; they are read again only for their size when both are there."""
    from PIL import Image

    file, small = _target(media, name, key, ".webp"), _target(media, f"{name}_small", key, ".webp")
    if file.exists() and small.exists():
        with Image.open(file) as opened:
            return Shown(file=file, thumbnail=small, width_px=opened.width, height_px=opened.height)
    picture = make()
    if picture is None:
        return None
    write_whole(file, lambda part: picture.save(part, "WEBP", quality=_QUALITY, method=0))
    size = picture.size
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BOX)
    write_whole(small, lambda part: picture.save(part, "WEBP", quality=_QUALITY, method=0))
    return Shown(file=file, thumbnail=small, width_px=size[0], height_px=size[1])


def photo_name(photo_hash: str) -> str:
    """Name of a photo's picture, without its ending."""
    return _name(SLICES[0], [photo_hash])


def _name(name: str, key: Sequence[object]) -> str:
    text = json.dumps([name, SHOWN_PX, THUMBNAIL_PX, *key], default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:40]


def _target(media: Path, name: str, key: Sequence[object], ending: str) -> Path:
    named = _name(name, key)
    return media / named[:2] / f"{named}{ending}"
