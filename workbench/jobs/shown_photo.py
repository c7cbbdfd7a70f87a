"""The photo of a result as people look at it: upright, in sRGB, and only if it is still the one that was processed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.domain.errors import WorkbenchError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_FAST_PX = 2048  # a JPEG is decoded at no more than twice what is shown


def shown_photo(row: Mapping[str, Any], *, pixel_limit: int) -> Picture | None:
    """Open it.

    Args:
        row: path and photo_hash.
        pixel_limit: Photos with more pixels are not opened.

    Returns:
        RGB; None when it has gone, is another one now, or cannot be opened.
    """
    from PIL import Image

    file = Path(row["path"] or "")
    if not file.is_absolute() or not file.is_file():
        return None
    data = file.read_bytes()
    if row["photo_hash"] and hashlib.sha256(data).hexdigest() != row["photo_hash"]:
        return None
    try:
        with Image.open(io.BytesIO(data)) as picture:
            plain = picture.format == "JPEG" and picture.mode == "RGB" and not picture.info.get("icc_profile")
            if plain and picture.width * picture.height <= pixel_limit:
                return _plain(picture)
    except (OSError, Image.DecompressionBombError):
        return None
    return _as_loaded(file, pixel_limit)


def _plain(picture: Picture) -> Picture:
    from PIL import ImageOps

    picture.draft("RGB", (_FAST_PX, _FAST_PX))
    return ImageOps.exif_transpose(picture).convert("RGB")


def _as_loaded(file: Path, pixel_limit: int) -> Picture | None:
    """As the pipeline loads it: profiles, 16 bit, CMYK, TIFF, PSD."""
    from PIL import Image

    from pipeline.registry import step

    load_image = step("load_image")
    try:
        photo = load_image.run(path=str(file), pixel_limit=pixel_limit, params=load_image.params())["photo"]
    except WorkbenchError:
        return None
    return Image.fromarray((photo >> 8).astype("uint8") if photo.dtype.itemsize == 2 else photo)
