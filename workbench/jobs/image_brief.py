"""What a retoucher must know before the first click: what is asked for, by whom, by when, how it should look."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.names import safe_part
from pipeline.readers.formats import photo_format
from pipeline.readers.read_file import read_file
from pipeline.store import Store
from workbench.domain.errors import UsageError, WorkbenchError
from workbench.domain.records import Photo
from workbench.jobs.fetch_photo import fetch_photo
from workbench.jobs.read_set import is_url
from workbench.jobs.specs import spec_of_hash
from workbench.lake.standing import photo_of
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.lake.lake import Lake

NOTES = ("brand_notes", "notes", "brief")  # columns of a manifest that speak to the retoucher
SHOWN = {"JPEG": "jpg", "PNG": "png", "WebP": "webp"}  # what a browser shows
MOST_BYTES = 50_000_000
LONGEST_GUIDE = 20_000  # characters of a brand's page


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The brief of one image. Text comes from outside: escape it.

    ``brand_notes`` are the notes of the manifest's row; ``brand_guide`` is ``brands/BRAND.md`` of the workspace.
    ``reference`` is a copy of the reference picture in the workspace's cache, named by its hash; when there is a
    reference that cannot be shown, ``reference_problem`` says why. ``extra`` are the manifest's other columns.
    """

    spec_name: str
    spec_title: str | None
    spec_description: str | None
    brand: str | None
    brand_notes: tuple[str, ...]
    brand_guide: str | None
    sku: str
    image_id: str
    category: str | None
    channel: str | None
    job_id: str | None
    campaign_tier: str
    received_at: datetime | None
    deadline: datetime | None
    extra: Mapping[str, str]
    reference: Path | None
    reference_hash: str | None
    reference_problem: str | None


def image_brief(store: Lake, row: Mapping[str, Any]) -> Brief:
    """The brief of the image a result row belongs to.

    Args:
        store: The lake, open for reading; its settings name the workspace and the roots.
        row: A row of the result, as in `QueueItem.row`: set_id, image_id, spec_name, spec_hash.
    """
    photo = _photo(store, row["set_id"], row["image_id"])
    settings = store.settings
    spec = spec_of_hash(row["spec_hash"], settings)
    reference, digest, problem = _reference(photo, settings)
    notes = tuple(photo.extra[name] for name in NOTES if photo.extra.get(name))
    return Brief(
        spec_name=row["spec_name"], spec_title=spec and spec.title, spec_description=spec and spec.description,
        brand=photo.brand, brand_notes=notes, brand_guide=_guide(photo.brand, settings.workspace), sku=photo.sku,
        image_id=photo.image_id, category=photo.category, channel=photo.channel, job_id=photo.job_id,
        campaign_tier=photo.campaign_tier, received_at=photo.received_at, deadline=photo.deadline,
        extra={name: text for name, text in photo.extra.items() if name not in NOTES}, reference=reference,
        reference_hash=digest, reference_problem=problem,
    )  # fmt: skip


def _photo(store: Lake, set_id: str, image_id: str) -> Photo:
    found = store.query("app_photo_row", {"set_id": set_id, "image_id": image_id}).to_dicts()
    if not found:
        raise UsageError("the set has no such image", where=image_id)
    return photo_of(found[0])


def _guide(brand: str | None, workspace: Path) -> str | None:
    """The brand's page, found by its name as a file name: no brand reaches beyond the folder."""
    if not brand:
        return None
    names = {safe_part(brand).lower(), safe_part(brand.lower())}
    for path in sorted((workspace / "brands").glob("*.md")):
        if path.stem.lower() in names or path.stem.lower() == brand.lower():
            with open(path, encoding="utf-8", errors="replace") as file:
                return file.read(LONGEST_GUIDE)
    return None


def _reference(photo: Photo, settings: Settings) -> tuple[Path | None, str | None, str | None]:
    """A copy of the reference picture in the cache, its hash, or why there is none.

    The path comes from a manifest, so it is looked at again: a regular file under an allowed root, and a picture by its
    content. It is copied, so that what is served lies in the workspace, whatever happens to the original.
    """
    if not photo.reference_path:
        return None, None, None
    store = Store(settings.workspace)
    try:
        there = fetch_photo(replace(photo, path=photo.reference_path), store=store, schemes=settings.url_schemes)
        path = there.resolve(strict=True)
        roots = [*settings.source_roots, settings.workspace, *_own_folder(photo)]
        if not any(path.is_relative_to(Path(root).resolve()) for root in roots):
            return None, None, "the reference lies outside the folders this program may read"
        data = read_file(str(path), most_bytes=MOST_BYTES)
        kind = photo_format("reference", data)
        if kind not in SHOWN:
            return None, None, f"the reference is a {kind}; shown are {', '.join(SHOWN)}"
    except (WorkbenchError, OSError) as error:
        return None, None, error.reason if isinstance(error, WorkbenchError) else f"the reference: {error.strerror}"
    digest = hashlib.sha256(data).hexdigest()
    copy = settings.workspace / "cache" / "references" / f"{digest}.{SHOWN[kind]}"
    if not copy.exists():
        store.write(copy, data)
    return copy, digest, None


def _own_folder(photo: Photo) -> list[Path]:
    """The folder of the set the photo came from: a manifest may name what lies beside it."""
    if is_url(photo.path) or not photo.path.endswith(photo.relative_path):
        return []
    folder = photo.path[: len(photo.path) - len(photo.relative_path)]
    return [Path(folder)] if folder.rstrip("/") else []
