"""Brings a photo that is named by URL to this machine, once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.store import Store
from workbench.domain.records import Photo
from workbench.jobs.download import download
from workbench.jobs.read_set import is_url

MOST_BYTES = 300_000_000  # a 16-bit TIFF of 50 MP


def fetch_photo(photo: Photo, *, store: Store, schemes: Sequence[str], private_hosts: Sequence[str] = ()) -> Path:
    """Local file of a photo; a URL is downloaded once into the workspace.

    Args:
        photo: The row.
        store: The workspace's files.
        schemes: URL schemes allowed by the settings.
        private_hosts: Hosts that may be on a private address (a server on this machine, for tests).

    Raises:
        PhotoRefused: Scheme or address not allowed, the server's error, too large, or not reachable.
    """
    if not is_url(photo.path):
        return Path(photo.path)
    name = hashlib.sha256(photo.path.encode()).hexdigest() + Path(urlsplit(photo.path).path).suffix.lower()[:6]
    path = store.workspace / "downloads" / name[:2] / name
    if not path.exists():
        data = download(
            photo.path, schemes=schemes, most_bytes=MOST_BYTES, private_hosts=private_hosts, accept="image/*"
        )
        store.write(path, data)
    return path
