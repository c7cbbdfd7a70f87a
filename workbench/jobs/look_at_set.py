"""Looks at a set before it is run: how many photos, of what, how large, and which cannot be read; computes nothing."""

from __future__ import annotations

import hashlib
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

from PIL import Image

from pipeline.readers.formats import READERS, photo_format
from pipeline.readers.read_file import read_file
from workbench.domain.errors import PhotoRefused
from workbench.jobs.open_set import open_set
from workbench.jobs.read_set import PhotoSet, is_url
from workbench.settings import Settings

AT_ONCE = 8  # files being looked at; a network share answers slowly
HEAD_BYTES, TAIL_BYTES = 16, 4096
LARGEST_FILE = 1_000_000_000  # as the step load_image has it
LEAST_SIDE_PX = 32  # likewise
ISSUES_KEPT = 2000
NO_CATEGORY = "no category"
_ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND"}  # what a complete file ends with; a camera may write a little after it


class LookCancelled(Exception):
    """Nobody wants to know any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A photo that will not come through, or seems not to."""

    kind: Literal["refused row", "unreadable", "seems cut off"]
    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLook:
    """What is in a set. ``megapixels`` and ``bytes`` count the photos that were looked at; URLs are not fetched."""

    set_id: str
    name: str
    source: str
    images: int
    readable: int
    remote: int
    twins: int  # photos whose bytes stand elsewhere in the set too: computed once, delivered each time
    categories: Mapping[str, int]
    formats: Mapping[str, int]
    sizes: Mapping[tuple[int, int], int]  # width x height in pixels, before EXIF orientation
    megapixels: float
    bytes: int
    issues: Sequence[Issue] = ()
    issues_in_all: int = 0
    paths: frozenset[str] = field(default_factory=frozenset, repr=False)


@dataclass(frozen=True, slots=True)
class _Seen:
    format: str
    width: int
    height: int
    bytes: int
    issue: Issue | None = None
    readable: bool = True


def look_at_set(
    source: str,
    *,
    settings: Settings,
    name: str | None = None,
    limit: int | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    stopping: Callable[[], bool] = lambda: False,
    private_hosts: Sequence[str] = (),
) -> SetLook:
    """Count and measure a set by its manifest and the headers of its files.

    Damage inside a photo is not seen here, only when it is processed; a JPEG or PNG whose end is missing is.

    Args:
        source: Folder, manifest, or URL of a manifest.
        settings: Allowed roots, limits.
        name: Name of the set; default: the folder's.
        limit: Only the first so many rows.
        on_progress: Called with how many files were looked at, of how many.
        stopping: When it turns true, `LookCancelled` is raised.
        private_hosts: Hosts that may be on a private address (for tests).

    Raises:
        ManifestError: The set cannot be read.
        LookCancelled: It was asked for.
    """
    found = open_set(source, settings=settings, name=name, limit=limit, private_hosts=private_hosts)
    local = [photo for photo in found.photos if not is_url(photo.path)]
    seen: dict[str, _Seen] = {}

    def look(path: str) -> tuple[str, _Seen]:
        return path, _look(path, settings.pixel_limit)

    paths = iter(dict.fromkeys(photo.path for photo in local))
    with ThreadPoolExecutor(AT_ONCE) as threads, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about oddities of a file; what counts is said in its issue
        while batch := list(islice(paths, AT_ONCE * 16)):
            if stopping():
                raise LookCancelled
            seen.update(threads.map(look, batch))
            on_progress(len(seen), len(local))
    return _summed(found, seen)


def _look(path: str, pixel_limit: int) -> _Seen:
    """One file by its header; what the pipeline would refuse is refused here in the same words."""
    name = Path(path).name
    size, kind = 0, "unreadable"
    try:
        size, head, tail = _ends(path)
        kind = photo_format(path, head)
        width, height = _size(path, kind)
        if width * height > pixel_limit:
            raise PhotoRefused(
                f"too large: {width} x {height} px", allowed=f"up to {pixel_limit / 1e6:g} million pixels"
            )
        if min(width, height) < LEAST_SIDE_PX:
            raise PhotoRefused(f"too small: {width} x {height} px", allowed=f"sides of at least {LEAST_SIDE_PX} px")
    except PhotoRefused as error:
        issue = Issue(kind="unreadable", path=name, reason=error.reason)
        return _Seen(kind, 0, 0, size, issue=issue, readable=False)
    issue = None
    if kind in _ENDS and _ENDS[kind] not in tail:
        issue = Issue(kind="seems cut off", path=name, reason=f"the end of the {kind} file is missing")
    return _Seen(kind, width, height, size, issue=issue)


def _ends(path: str) -> tuple[int, bytes, bytes]:
    file_path = Path(path)
    try:
        if not file_path.is_file():
            raise PhotoRefused("there is no such file" if not file_path.exists() else "is not a file")
        with open(file_path, "rb") as file:
            head = file.read(HEAD_BYTES)
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL_BYTES))
            tail = file.read(TAIL_BYTES)
    except (OSError, ValueError) as error:
        raise PhotoRefused(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if size == 0:
        raise PhotoRefused("the file is empty (0 bytes)", allowed="a photo file")
    if size > LARGEST_FILE:
        raise PhotoRefused(f"the file has {size // 1_000_000} MB", allowed=f"up to {LARGEST_FILE // 1_000_000} MB")
    return size, head, tail


def _size(path: str, kind: str) -> tuple[int, int]:
    try:
        with Image.open(path) as picture:
            if kind == "PSD" or getattr(picture, "n_frames", 1) == 1:  # the frames of a PSD are its layers
                return picture.size
    except Exception:  # a decoder may raise anything on hostile bytes; the pipeline's own reader decides
        return _asked_the_reader(path, kind)
    return _asked_the_reader(path, kind)


class _Known(BaseException):
    """Ends a reader once it knows the size, before any pixel is decoded; passes its own handlers by."""

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)


def _asked_the_reader(path: str, kind: str) -> tuple[int, int]:
    def known(width: int, height: int) -> None:
        raise _Known(width, height)

    try:
        pixels = READERS[kind](read_file(path, most_bytes=LARGEST_FILE), known).pixels
    except _Known as found:
        return found.size
    except PhotoRefused:
        raise
    except Exception as error:
        raise PhotoRefused(f"the photo cannot be decoded: {type(error).__name__}: {str(error)[:200]}") from error
    return pixels.shape[1], pixels.shape[0]


def _summed(found: PhotoSet, seen: Mapping[str, _Seen]) -> SetLook:
    issues = [Issue(kind="refused row", path=row.photo.relative_path, reason=row.reason) for row in found.refused]
    formats: Counter[str] = Counter()
    sizes: Counter[tuple[int, int]] = Counter()
    readable = remote = size_bytes = 0
    pixels = 0
    for photo in found.photos:
        if is_url(photo.path):
            remote += 1
            formats["by URL"] += 1
            continue
        one = seen[photo.path]
        formats[one.format] += 1
        readable += one.readable
        size_bytes += one.bytes
        if one.readable:
            sizes[one.width, one.height] += 1
            pixels += one.width * one.height
        if one.issue is not None:
            issues.append(Issue(kind=one.issue.kind, path=photo.relative_path, reason=one.issue.reason))
    categories = Counter(
        photo.category or NO_CATEGORY for photo in (*found.photos, *(row.photo for row in found.refused))
    )
    return SetLook(
        set_id=found.set_id, name=found.name, source=found.source, images=len(found.photos) + len(found.refused),
        readable=readable, remote=remote, twins=_twins(found, seen), categories=dict(categories.most_common()),
        formats=dict(formats.most_common()), sizes=dict(sizes.most_common()), megapixels=pixels / 1e6,
        bytes=size_bytes, issues=tuple(issues[:ISSUES_KEPT]), issues_in_all=len(issues),
        paths=frozenset(photo.path for photo in found.photos),
    )  # fmt: skip


def _twins(found: PhotoSet, seen: Mapping[str, _Seen]) -> int:
    """How many photos could be left out because their bytes stand elsewhere; only files of one length are read."""
    by_length: dict[int, list[str]] = defaultdict(list)
    for photo in found.photos:
        if photo.path in seen and seen[photo.path].readable:
            by_length[seen[photo.path].bytes].append(photo.path)
    twins = 0
    for paths in by_length.values():
        if len(paths) > 1:
            digests = {path: _digest(path) for path in set(paths)}
            twins += len(paths) - len(set(digests.values()))
    return twins


def _digest(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return path  # gone meanwhile: nobody's twin
