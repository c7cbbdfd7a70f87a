"""Makes the pictures a browser can show, once, in the workspace's cache, and never larger than the screen needs."""

from __future__ import annotations

import hashlib
import importlib
import io
import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image, ImageCms, ImageOps

from workbench.domain.whole_file import write_whole

SMALL_PX = 320  # a card is 156-230 px wide; twice that on a dense screen is not worth the bytes
TINY_PX = 96  # rows of a table
SIZES = (TINY_PX, SMALL_PX)
SHA256 = re.compile(r"[0-9a-f]{64}")
FILE_NAME = re.compile(r"([0-9a-f]{64})\.([a-z0-9]{1,10}(?:\.[a-z0-9]{1,10})?)")
SHOWN_AS_IS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}  # what every browser opens
AT_ONCE = 3  # pictures made at the same time, each may hold a whole photo in memory
_WEBP_QUALITY, _JPEG_QUALITY = 82, 92
_ORIENTATION = 0x0112
_busy = threading.BoundedSemaphore(AT_ONCE)


def artefact_url(artefact: Mapping[str, Any]) -> str:
    """Address of a file the pipeline made, as it is."""
    return f"pictures/file/{Path(artefact['path']).name}"


def small_url(artefact: Mapping[str, Any], px: int = SMALL_PX) -> str:
    """Address of a small copy of a picture the pipeline made."""
    return f"pictures/small/{px}/{Path(artefact['path']).name}"


def viridis_url(artefact: Mapping[str, Any]) -> str:
    """Address of a grey map in viridis."""
    return f"pictures/viridis/{Path(artefact['path']).name}"


def photo_url(photo_hash: str, px: int | None = None) -> str:
    """Address of the original photo as a browser can show it: whole, or a small copy."""
    return f"pictures/photo/{photo_hash}" if px is None else f"pictures/photo/{px}/{photo_hash}"


def download_url(artefact: Mapping[str, Any], name: str) -> str:
    """Address that saves a file under its delivered name."""
    return f"{artefact_url(artefact)}?name={quote(name, safe='')}"


def artefact_file(workspace: Path, name: str) -> Path | None:
    """The file of that content-addressed name, None when there is none or the name is not one of ours."""
    found = FILE_NAME.fullmatch(name)
    file = workspace / "artefacts" / name[:2] / name
    return file if found and file.is_file() else None


def small_copy(source: Path, cache: Path, key: str, px: int) -> Path:
    """A copy of at most ``px`` on its longer side, as WebP; made on first sight.

    Args:
        source: Any file `open_photo` can show.
        cache: The workspace's cache folder.
        key: Hash of the source's bytes.
        px: Longest side.
    """
    target = cache / "small" / str(px) / key[:2] / f"{key}.webp"
    if not target.exists():
        with _busy:
            picture = open_photo(source, at_least=px)
            picture.thumbnail((px, px), Image.Resampling.LANCZOS, reducing_gap=2.0)
            write_whole(target, lambda part: picture.save(part, "WEBP", quality=_WEBP_QUALITY, method=2))
    return target


def viridis_copy(source: Path, cache: Path, key: str) -> Path:
    """A grey map with viridis as its palette: the values stay, only the colours are added."""
    target = cache / "viridis" / key[:2] / f"{key}.png"
    if not target.exists():
        with _busy, Image.open(source) as picture:
            deep = picture.mode.startswith("I")  # 16 bit
            grey = (picture.point(lambda v: v / 256) if deep else picture).convert("L")
            grey.putpalette(_viridis())
            write_whole(target, lambda part: grey.save(part, "PNG", compress_level=1))
    return target


def shown_photo(source: Path, cache: Path, key: str) -> tuple[Path, str]:
    """The whole photo for a browser, with its media type: the file itself, or a JPEG where browsers cannot open it."""
    kept = cache / "photos" / key[:2] / f"{key}.jpg"
    if kept.exists():
        return kept, "image/jpeg"
    media_type = _shown_as_is(source)
    if media_type:
        return source, media_type
    with _busy:
        photo = open_photo(source).convert("RGB")
        write_whole(kept, lambda part: photo.save(part, "JPEG", quality=_JPEG_QUALITY, subsampling=0))
    return kept, "image/jpeg"


def open_photo(source: Path, *, at_least: int | None = None) -> Image.Image:
    """The picture upright and in sRGB, RGB or RGBA.

    Args:
        source: The file.
        at_least: Longest side that is needed; a JPEG may then be decoded at a fraction of its size.

    Raises:
        OSError: It is not a picture, or is damaged.
    """
    if not _pillow_shows(source):
        return _as_loaded(source)
    with Image.open(source) as picture:
        if at_least:
            picture.draft("RGB", (at_least * 2, at_least * 2))
        upright = ImageOps.exif_transpose(picture)
        profile = picture.info.get("icc_profile")
    if profile and upright.mode in ("RGB", "RGBA", "L") and not _is_srgb(profile):
        upright = _to_srgb(upright, profile)
    return upright if upright.mode in ("RGB", "RGBA") else upright.convert("RGBA" if _has_alpha(upright) else "RGB")


@lru_cache(maxsize=4096)
def size_of(file: Path) -> tuple[int, int]:
    """Width and height of a picture of ours, from its header."""
    with Image.open(file) as picture:
        return picture.size


@lru_cache(maxsize=4096)
def upright_size(file: Path, changed: int) -> tuple[int, int]:
    """Width and height a browser gives the photo; ``changed`` is its modification time."""
    with Image.open(file) as picture:
        turned = picture.getexif().get(_ORIENTATION, 1) >= 5
        return (picture.height, picture.width) if turned else picture.size


@lru_cache(maxsize=4096)
def hash_of(file: Path, changed: int, size: int) -> str:
    """SHA-256 of a file's bytes, remembered while time and size stay."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _shown_as_is(source: Path) -> str | None:
    try:
        with Image.open(source) as picture:
            profile = picture.info.get("icc_profile")
            turned = picture.getexif().get(_ORIENTATION, 1) != 1
            fits = picture.mode in ("RGB", "L", "RGBA", "P", "LA") and (not profile or _is_srgb(profile))
            one = getattr(picture, "n_frames", 1) == 1
            upright = not turned or picture.format == "JPEG"  # browsers turn JPEGs, others not all
            return SHOWN_AS_IS.get(picture.format or "") if fits and one and upright else None
    except Image.DecompressionBombError as error:
        raise OSError(str(error)) from error


def _pillow_shows(source: Path) -> bool:
    """Whether Pillow gives what the pipeline would: 8-bit RGB, grey or palette."""
    try:
        with Image.open(source) as picture:
            return picture.format in SHOWN_AS_IS and picture.mode in ("RGB", "L", "RGBA", "P", "LA", "1")
    except (OSError, Image.DecompressionBombError) as error:
        raise OSError(str(error)) from error


def _as_loaded(source: Path) -> Image.Image:
    """The photo as the pipeline loads it: for 16 bit, CMYK, TIFF and PSD."""
    from workbench.app.data import settings
    from workbench.domain.errors import WorkbenchError

    load_image = importlib.import_module("pipeline.registry").step("load_image")
    try:
        made = load_image.run(path=str(source), pixel_limit=settings().pixel_limit, params=load_image.params())
    except WorkbenchError as error:
        raise OSError(str(error)) from error
    photo = made["photo"]
    return Image.fromarray((photo >> 8).astype("uint8") if photo.dtype.itemsize == 2 else photo)


def _has_alpha(picture: Image.Image) -> bool:
    return picture.mode in ("LA", "PA") or (picture.mode == "P" and "transparency" in picture.info)


@lru_cache(maxsize=64)
def _is_srgb(profile: bytes) -> bool:
    try:
        return "srgb" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).lower()
    except (ImageCms.PyCMSError, OSError):
        return True  # an unreadable profile is ignored, as browsers do


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        return ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"),
            outputMode=None if picture.mode != "L" else "RGB",
        )  # fmt: skip
    except ImageCms.PyCMSError:
        return picture


@lru_cache(maxsize=1)
def _viridis() -> list[int]:
    """Viridis as a palette of 256 colours. Source: the scale Plotly ships, by S. van der Walt and N. Smith (CC0)."""
    from plotly.colors import hex_to_rgb, sample_colorscale, unlabel_rgb

    colours = sample_colorscale("Viridis", [i / 255 for i in range(256)])
    parsed = [hex_to_rgb(c) if c.startswith("#") else unlabel_rgb(c) for c in colours]
    return [round(value) for colour in parsed for value in colour]
