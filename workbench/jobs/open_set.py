"""Reads the set somebody chose, within what they may reach: a folder, a manifest, a manifest's URL, an upload."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from workbench.jobs.download import download
from workbench.jobs.read_set import PhotoSet, is_url, read_set
from workbench.settings import Settings

MOST_MANIFEST_BYTES = 100_000_000  # a million rows


def open_set(
    source: str,
    *,
    settings: Settings,
    name: str | None = None,
    limit: int | None = None,
    private_hosts: Sequence[str] = (),
) -> PhotoSet:
    """Read a set; what came by upload may name no file outside itself.

    Args:
        source: Folder, manifest, or URL of a manifest.
        settings: Allowed roots and URL schemes.
        name: Name of the set; default: the folder's.
        limit: Only the first so many rows.
        private_hosts: Hosts that may be on a private address (a server on this machine, for tests).

    Raises:
        ManifestError: It cannot be used.
    """
    fetch = partial(download, schemes=settings.url_schemes, most_bytes=MOST_MANIFEST_BYTES, private_hosts=private_hosts)
    roots = () if is_upload(source, settings) else settings.source_roots
    return read_set(source, roots=roots, name=name, limit=limit, fetch=fetch)


def uploads(settings: Settings) -> Path:
    """Where uploaded sets lie."""
    return settings.workspace / "uploads"


def is_upload(source: str, settings: Settings) -> bool:
    """Whether a set came by upload: somebody else wrote its manifest."""
    return not is_url(source) and Path(source).expanduser().resolve().is_relative_to(uploads(settings).resolve())
