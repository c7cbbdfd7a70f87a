"""Reads a set: a folder of photos or a manifest becomes rows to deliver; bad rows are named, not dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import polars as pl

from workbench.domain.errors import ManifestError, PhotoRefused, WorkbenchError, nearest_match
from workbench.domain.records import Photo

MANIFESTS = ("manifest.csv", "manifest.parquet")
COLUMNS = (
    "image_id", "sku", "path", "category", "brand", "job_id", "channel", "received_at", "campaign_tier", "deadline",
    "alpha_path", "trimap_path", "reference_path",
)  # fmt: skip
TIERS = ("standard", "high_value")
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".psd")
_KEPT_IN_URLS = "/:?#[]@!$&'()*+,;=%~"  # what means something in a URL; a space in a file name does not
LONGEST_TEXT = 500  # characters of a SKU or id; more is refused as a broken row
DERIVED_ID_LENGTH = 16  # hex digits of a derived image_id: 64 bits, no collision in sight at 14 million a year


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that cannot be worked on, with the reason; it still counts as an image that failed."""

    photo: Photo
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoSet:
    """A set as read: what can be worked on, and what cannot, in manifest order."""

    set_id: str
    name: str
    source: str
    photos: tuple[Photo, ...]
    refused: tuple[RefusedRow, ...]


def read_set(
    source: str,
    *,
    roots: Sequence[Path],
    name: str | None = None,
    limit: int | None = None,
    fetch: Callable[[str], bytes] | None = None,
) -> PhotoSet:
    """Read a manifest, or a folder (its ``manifest.csv|parquet`` if there is one, else its photos).

    Args:
        source: A local path, or the URL of a manifest, whose rows are then relative to that URL.
        roots: Folders that photos may lie under, besides the source's own; links are followed before the check.
        name: Name of the set; default: the folder's.
        limit: Only the first so many rows.
        fetch: Brings the bytes of a manifest that is named by URL; None refuses URLs.

    Raises:
        ManifestError: No such source, an unreadable manifest, or one without a ``path`` column.
    """
    if is_url(source):
        path, folder, allowed = source, source, ()
        rows = _url_rows(source, fetch)
        found_name = _name_in_url(source)
    else:
        try:
            path = Path(source).expanduser().resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise ManifestError("there is no such file or folder", where=source) from error
        manifest = next((path / m for m in MANIFESTS if (path / m).is_file()), None) if path.is_dir() else path
        folder = path if path.is_dir() else path.parent
        allowed = (*(Path(root).resolve() for root in roots), folder)
        rows = _folder_rows(folder) if manifest is None else _manifest_rows(manifest)
        found_name = folder.name if manifest is None or manifest.stem == "manifest" else manifest.stem
    set_id = set_id_of(name or str(path))
    name = name or found_name or "set"
    photos: dict[str, Photo] = {}
    refused: dict[str, RefusedRow] = {}
    first_row: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if limit is not None and number > limit:
            break
        photo, reason = _photo(row, set_id, folder, allowed)
        twin = photos.get(photo.image_id)
        if reason is None and twin is not None:
            if _same_photo(twin.path, photo.path):
                continue
            reason = (
                f"rows {first_row[photo.image_id]} and {number} give the image_id {photo.image_id!r} "
                "to two different photos"
            )
            del photos[photo.image_id]
        if reason is None and photo.image_id in refused:
            reason = refused[photo.image_id].reason
        if reason is None:
            photos[photo.image_id] = photo
            first_row[photo.image_id] = number
        else:
            refused[photo.image_id] = RefusedRow(photo=photo, reason=f"row {number}: {reason}")
    if not photos and not refused:
        endings = ", ".join(PHOTO_SUFFIXES)
        raise ManifestError("there are no photos", where=str(path), allowed=f"a manifest, or files ending in {endings}")
    return PhotoSet(
        set_id=set_id, name=name, source=str(path), photos=tuple(photos.values()), refused=tuple(refused.values())
    )


def set_id_of(name_or_source: str) -> str:
    """The id of a set: of its name where it was given one, else of where it lies."""
    return hashlib.sha256(f"set\n{name_or_source}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _name_in_url(url: str) -> str:
    """The folder of a ``manifest.csv``, else the manifest's own name, else the host."""
    parts = urlsplit(url)
    at = Path(unquote(parts.path))
    return (at.parent.name if at.stem == "manifest" else at.stem) or parts.hostname or "set"


def _folder_rows(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PHOTO_SUFFIXES and not path.name.startswith(".") and path.is_file():
            yield {"sku": path.stem, "path": str(path.relative_to(folder))}


def _manifest_rows(manifest: Path) -> Iterator[dict[str, Any]]:
    try:
        return _rows(manifest.read_bytes(), manifest.suffix.lower(), str(manifest))
    except OSError as error:
        raise ManifestError(f"cannot be read: {error}", where=str(manifest), allowed="UTF-8 CSV, or Parquet") from error


def _url_rows(url: str, fetch: Callable[[str], bytes] | None) -> Iterator[dict[str, Any]]:
    if fetch is None:
        raise ManifestError("is a URL", where=url, allowed="a local manifest or folder")
    try:
        return _rows(fetch(url), Path(urlsplit(url).path).suffix.lower(), url)
    except PhotoRefused as error:
        raise ManifestError(error.found, where=url, allowed=error.allowed) from error


def _rows(data: bytes, suffix: str, where: str) -> Iterator[dict[str, Any]]:
    try:
        if suffix == ".parquet":
            table = pl.read_parquet(data)
        elif suffix == ".csv":
            data.decode("utf-8-sig")
            table = pl.read_csv(data, infer_schema=False, encoding="utf8")
        else:
            raise ManifestError(f"ends in {suffix!r}", where=where, allowed=".csv, .parquet")
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        raise ManifestError(f"cannot be read: {error}", where=where, allowed="UTF-8 CSV, or Parquet") from error
    if "path" not in table.columns:
        near = nearest_match("path", table.columns)
        raise ManifestError(
            f"there is no column 'path' among {', '.join(table.columns) or 'none'}", where=where, allowed=COLUMNS,
            nearest=None if near is None else f"path instead of {near}",
        )  # fmt: skip
    if table.height == 0:
        raise ManifestError("has no rows", where=where)
    return table.iter_rows(named=True)


def _photo(row: Mapping[str, Any], set_id: str, folder: Path | str, roots: Sequence[Path]) -> tuple[Photo, str | None]:
    """The row as a record, and why it cannot be worked on (None when it can)."""
    text = {key: _text(value) for key, value in row.items()}
    relative = text.get("path") or ""
    sku = text.get("sku") or Path(relative).stem or "unnamed"
    image_id = text.get("image_id") or _derived_id(set_id, sku, relative)
    photo = Photo(
        set_id=set_id, image_id=image_id[:LONGEST_TEXT], sku=sku[:LONGEST_TEXT], path=relative, relative_path=relative,
        extra={key: value for key, value in text.items() if key not in COLUMNS and value},
        **{key: text.get(key) or None for key in ("category", "brand", "job_id", "channel")},
    )  # fmt: skip
    try:
        if not relative:
            raise ManifestError("path is empty")
        for key in ("sku", "image_id"):
            if len(text.get(key) or "") > LONGEST_TEXT:
                raise ManifestError(f"{key} has {len(text[key])} characters", allowed=f"at most {LONGEST_TEXT}")
        photo = replace(photo, path=_inside(relative, folder, roots))
        for key in ("alpha_path", "trimap_path", "reference_path"):
            if text.get(key):
                photo = replace(photo, **{key: _inside(text[key], folder, roots)})
        for key in ("received_at", "deadline"):
            photo = replace(photo, **{key: _time(row.get(key), key)})
        tier = text.get("campaign_tier") or "standard"
        if tier not in TIERS:
            near = nearest_match(tier, TIERS)
            raise ManifestError(f"campaign_tier is {tier!r}", allowed=TIERS, nearest=near)
        return replace(photo, campaign_tier=tier), None
    except WorkbenchError as error:
        return photo, str(error)


def _derived_id(set_id: str, sku: str, relative: str) -> str:
    key = "\n".join((set_id, sku, relative)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(key).hexdigest()[:DERIVED_ID_LENGTH]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def is_url(path: str) -> bool:
    """Whether a path names something to be fetched."""
    return "://" in path


def _inside(path: str, folder: Path | str, roots: Sequence[Path]) -> str:
    """Absolute path of a local file under one of the roots, links followed; URLs are checked when fetched."""
    if is_url(path):
        return path
    if isinstance(folder, str):  # the manifest came from a URL: nothing in it names a file of this machine
        try:
            return urljoin(folder, quote(path, safe=_KEPT_IN_URLS))
        except ValueError as error:
            raise ManifestError(f"path {path[:80]!r} cannot be used: {error}") from error
    try:
        resolved = (folder / path).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise ManifestError(f"path {path[:80]!r} cannot be used: {error}") from error
    if not any(resolved.is_relative_to(root) for root in roots):
        raise ManifestError(f"path {path[:200]!r} lies outside the set", allowed="files under the set's own folder")
    return str(resolved)


def _time(value: Any, key: str) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ManifestError(f"{key} is {str(value)!r}", allowed="ISO 8601 with a zone, e.g. 2026-03-01T09:00:00+01:00")
    return found


def _same_photo(one: str, other: str) -> bool:
    """Whether two paths hold the same bytes."""
    if one == other:
        return True
    try:
        with open(one, "rb") as a, open(other, "rb") as b:
            return hashlib.file_digest(a, "sha256").digest() == hashlib.file_digest(b, "sha256").digest()
    except OSError:
        return False
