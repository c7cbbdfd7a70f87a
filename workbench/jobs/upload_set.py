"""Takes in an uploaded set: photos, a ZIP, a manifest; all of it is checked, and nothing is kept unless all is well."""

from __future__ import annotations

import itertools
import os
import re
import secrets
import shutil
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pipeline.store import DISK_FULL, disk_full
from workbench.domain.errors import ManifestError, UsageError
from workbench.jobs.open_set import uploads
from workbench.jobs.read_set import MANIFESTS, PHOTO_SUFFIXES
from workbench.settings import Settings

MOST_FILES = 50_000
MOST_BYTES = 20_000_000_000  # of a whole set
MOST_FILE_BYTES = 1_000_000_000  # as the step load_image has it
MOST_TIMES = 200  # unpacked over packed: photos are packed already; a flat 16-bit TIFF reaches about 100
SMALL_BYTES = 10_000_000  # below this a high ratio does no harm
LONGEST_NAME = 120  # characters of one part of a path; the file system takes 255 bytes
FREE_KEPT = 200_000_000  # the lake needs room too
_BLOCK = 1 << 20
_MANIFEST_SUFFIXES = (".csv", ".parquet")
_IGNORED = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One uploaded file: the name it was given, and its bytes."""

    name: str
    file: BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedSet:
    """Where an upload lies now; ``left_out`` names what was neither a photo nor a manifest."""

    folder: Path
    name: str
    photos: int
    has_manifest: bool
    left_out: tuple[str, ...]


def upload_set(files: Iterable[Upload], *, name: str, settings: Settings) -> UploadedSet:
    """Store an upload as a set of its own under ``workspace/uploads``; an earlier one is never overwritten.

    Args:
        files: Photos, ZIP archives, and at most one manifest (CSV or Parquet).
        name: Name for the set; made safe for a folder.
        settings: Workspace.

    Raises:
        UsageError: An archive that is hostile or broken, too much, two files with one name, or no photo.
        StorageFull: The disk is full; nothing was kept.
    """
    home = uploads(settings)
    part = home / f".{secrets.token_hex(6)}"
    try:
        with _full_disk(home):
            part.mkdir(parents=True)
            left_out = _take_all(files, part)
            root = _only_folder(part)
            _name_the_manifest(root)
            photos = sum(1 for path in root.rglob("*") if path.suffix.lower() in PHOTO_SUFFIXES)
            manifest = any((root / known).is_file() for known in MANIFESTS)
            if not photos and not manifest:
                endings = ", ".join(PHOTO_SUFFIXES)
                raise ManifestError("the upload holds no photo", allowed=f"files ending in {endings}, a ZIP of them")
            folder = _settle(root, home, name)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return UploadedSet(folder=folder, name=folder.name, photos=photos, has_manifest=manifest, left_out=tuple(left_out))


@contextmanager
def _full_disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise disk_full(folder) from error
        raise


def _take_all(files: Iterable[Upload], part: Path) -> list[str]:
    """Write every file under ``part``; returns the names of what is neither a photo nor a manifest."""
    room = _Room(part)
    left_out = []
    for upload in files:
        if upload.name.lower().endswith(".zip"):
            left_out += _unpack(upload, part, room)
        elif not _wanted(upload.name):
            left_out.append(upload.name)
        else:
            room.copy(upload.file, _place(part, PurePosixPath(_safe(upload.name.replace("\\", "/").split("/")[-1]))))
    return left_out


def _unpack(upload: Upload, part: Path, room: _Room) -> list[str]:
    left_out = []
    try:
        with zipfile.ZipFile(upload.file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            for member in members:
                _check(member, upload.name)
            for member in members:
                if not _wanted(member.filename):
                    left_out.append(member.filename)
                    continue
                path = PurePosixPath(*(_safe(piece) for piece in PurePosixPath(member.filename).parts))
                with archive.open(member) as file:
                    room.copy(file, _place(part, path), most=member.file_size)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, ValueError, RuntimeError) as error:
        raise UsageError(f"the archive cannot be read: {error}", where=upload.name, allowed="a plain ZIP") from error
    return [name for name in left_out if not any(word in PurePosixPath(name).parts for word in _IGNORED)]


def _check(member: zipfile.ZipInfo, archive: str) -> None:
    """Refuse a member that is out to write elsewhere, or to fill the disk."""
    name, where = member.filename, f"{archive}, {member.filename[:200]!r}"
    parts = name.replace("\\", "/").split("/")
    if "\\" in name or name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name) or "\0" in name:
        raise UsageError("the name leads outside the archive", where=where, allowed="names below the archive's top")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
        raise UsageError("is a link or a device", where=where, allowed="plain files")
    if member.flag_bits & 0x1:
        raise UsageError("is encrypted", where=where, allowed="an archive without a password")
    if member.file_size > MOST_FILE_BYTES:
        found = f"has {member.file_size // 1_000_000} MB"
        raise UsageError(found, where=where, allowed=f"up to {MOST_FILE_BYTES // 1_000_000} MB")
    if member.file_size > SMALL_BYTES and member.file_size > MOST_TIMES * max(member.compress_size, 1):
        raise UsageError(
            f"unpacks to {member.file_size // max(member.compress_size, 1)} times its size", where=where,
            allowed=f"up to {MOST_TIMES} times",
        )  # fmt: skip


class _Room:
    """Counts what an upload takes and stops it before the disk is full."""

    def __init__(self, folder: Path) -> None:
        self.files, self.bytes = 0, 0
        self.most = min(MOST_BYTES, shutil.disk_usage(folder).free - FREE_KEPT)

    def copy(self, source: BinaryIO, target: Path, *, most: int = MOST_FILE_BYTES) -> None:
        """Write a file, counting what really comes and not what was announced."""
        self.files += 1
        if self.files > MOST_FILES:
            raise UsageError(f"more than {MOST_FILES:,} files", allowed="several uploads, or a folder on the server")
        target.parent.mkdir(parents=True, exist_ok=True)
        written = 0
        with open(target, "wb") as file:
            while block := source.read(_BLOCK):
                written += len(block)
                self.bytes += len(block)
                if written > most:
                    raise UsageError("is larger than it says", where=target.name, allowed=f"up to {most:,} bytes")
                if self.bytes > self.most:
                    raise UsageError(
                        f"the upload needs more than the {max(self.most, 0) // 1_000_000:,} MB there is room for",
                        allowed="a folder on the server, or more disk",
                    )
                file.write(block)


def _wanted(name: str) -> bool:
    pieces = PurePosixPath(name.replace("\\", "/"))
    ignored = pieces.name.startswith(".") or any(piece in _IGNORED for piece in pieces.parts)
    return not ignored and pieces.suffix.lower() in (*PHOTO_SUFFIXES, *_MANIFEST_SUFFIXES)


def _safe(piece: str) -> str:
    """One part of a path as it may stand on disk; spaces and every script stay, so that a manifest still fits."""
    kept = "".join(c for c in piece if unicodedata.category(c)[0] != "C" and c not in "/\\")
    stem, dot, ending = kept.strip().lstrip(".").rpartition(".")
    stem = stem.encode("utf-8")[: LONGEST_NAME - len(ending) - 1].decode("utf-8", "ignore")
    return f"{stem}{dot}{ending}".rstrip(". ") or "unnamed"


def _place(part: Path, path: PurePosixPath) -> Path:
    target = part / path
    if target.exists():
        raise UsageError(f"there are two files called {str(path)!r}", allowed="one file of each name")
    return target


def _only_folder(part: Path) -> Path:
    """The folder that holds the set: people pack the folder itself as often as what is in it."""
    found = list(part.iterdir())
    while len(found) == 1 and found[0].is_dir():
        part = found[0]
        found = list(part.iterdir())
    return part


def _name_the_manifest(root: Path) -> None:
    """A single CSV or Parquet file at the top is the manifest, whatever its name."""
    tables = [path for path in root.iterdir() if path.suffix.lower() in _MANIFEST_SUFFIXES]
    if len(tables) > 1 and not any(path.name in MANIFESTS for path in tables):
        names = ", ".join(sorted(path.name for path in tables))
        raise ManifestError(f"there are {len(tables)} tables: {names}", allowed="one manifest")
    if len(tables) == 1:
        tables[0].rename(root / f"manifest{tables[0].suffix.lower()}")


def _settle(root: Path, home: Path, name: str) -> Path:
    """Give the folder its name, or the first free one after it; nobody sees it half-filled."""
    wanted = re.sub(r"[^\w.-]+", "-", _safe(name.strip() or "upload")).strip("-.") or "upload"
    for number in itertools.count(1):
        folder = home / (wanted if number == 1 else f"{wanted}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        os.replace(root, folder)  # onto the empty folder, which is one's own now
        return folder
    raise AssertionError("unreachable")
