"""Names of delivered files: ``SKU_IMAGE_YYYYMMDD_status.ext``, safe on any file system, never twice the same."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from workbench.domain.records import READY_STATUSES, Photo, Status

LONGEST_PART = 60  # characters of SKU and of image_id; the whole name stays well under the usual limit of 255
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


def safe_part(text: str, *, underscores: bool = False) -> str:
    """Text as part of a file name; what had to change is told apart by a short hash of the original.

    Args:
        text: Any text from outside: a SKU, an id, a folder name.
        underscores: Keep ``_`` (not in the SKU: the first ``_`` of a name ends it).
    """
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", text) if underscores else _UNSAFE.sub("-", text)
    kept = kept.strip(".-")[:LONGEST_PART].rstrip(".-") or "unnamed"
    if kept != text:
        kept += "-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return kept


def delivered_name(photo: Photo, made_at: datetime, status: Status, suffix: str, version: int = 1) -> str:
    """File name of one delivered file; ``made_at`` is the UTC time the result was first made.

    A corrected version says so in front of the suffix (``…_approved.v2.psd``): two versions made on one day are two
    files.
    """
    image = safe_part(photo.image_id, underscores=True)
    ending = suffix if version == 1 else f"v{version}.{suffix}"
    return f"{safe_part(photo.sku)}_{image}_{made_at:%Y%m%d}_{status}.{ending}"


def delivered_folder(photo: Photo, set_name: str, spec_name: str, spec_hash: str, status: Status) -> str:
    """Folder of one image's files, relative to the workspace: ready to publish, or still work."""
    side = "ready" if status in READY_STATUSES else "work"
    set_part = f"{safe_part(set_name, underscores=True)}-{photo.set_id[:6]}"
    return f"delivery/{side}/{set_part}/{safe_part(spec_name, underscores=True)}-{spec_hash[:8]}"
