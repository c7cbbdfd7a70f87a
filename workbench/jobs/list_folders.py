"""Shows the folders of this machine that a set may be chosen from: below the allowed roots, links followed first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from workbench.domain.errors import UsageError
from workbench.jobs.read_set import MANIFESTS, PHOTO_SUFFIXES
from workbench.settings import Settings

MOST_FOLDERS = 500
MOST_ENTRIES = 50_000  # of a folder; beyond it the count says "at least"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One folder: what is directly in it. ``parent`` is None at a root; ``path`` is None for the list of roots."""

    path: Path | None
    parent: Path | None
    folders: tuple[Path, ...]
    photos: int
    manifest: str | None


def list_folders(folder: str | None, settings: Settings) -> Folder:
    """One folder with the folders in it; without a name, the roots.

    Args:
        folder: Absolute path below one of the roots.
        settings: The roots (``WORKBENCH_SOURCE_ROOTS``).

    Raises:
        UsageError: Outside the roots, or not a folder that can be read.
    """
    if folder is None:
        return Folder(path=None, parent=None, folders=_roots(settings), photos=0, manifest=None)
    here = within_roots(folder, settings)
    folders, photos, manifest = [], 0, None
    try:
        with os.scandir(here) as entries:
            for entry in islice(entries, MOST_ENTRIES):
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append(Path(entry.path))
                elif entry.name in MANIFESTS:
                    manifest = entry.name
                else:
                    photos += Path(entry.name).suffix.lower() in PHOTO_SUFFIXES
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(here), allowed="a folder") from error
    inside = [path for path in sorted(folders)[:MOST_FOLDERS] if _allowed(path, settings)]
    parent = here.parent if _allowed(here.parent, settings) else None
    return Folder(path=here, parent=parent, folders=tuple(inside), photos=photos, manifest=manifest)


def within_roots(source: str, settings: Settings) -> Path:
    """A folder or manifest somebody named on a page, resolved.

    Raises:
        UsageError: It is not there, or lies outside the allowed roots.
    """
    path = Path(source).expanduser()
    if not path.is_absolute():
        raise UsageError(f"{source!r} is not an absolute path", allowed="a path from the root, /…")
    try:
        found = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError("there is no such file or folder", where=source) from error
    if not _allowed(found, settings):
        raise UsageError(
            "lies outside the folders sets may come from", where=source, allowed=[str(r) for r in _roots(settings)]
        )
    return found


def _roots(settings: Settings) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(Path(root).resolve() for root in settings.source_roots))


def _allowed(path: Path, settings: Settings) -> bool:
    try:
        found = path.resolve()
    except (OSError, RuntimeError):
        return False
    return any(found.is_relative_to(root) for root in _roots(settings))
