"""Specifications a user can choose from: the shipped ones and their own, with every earlier text of their own."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipeline.spec import SHIPPED, Spec, load_spec, parse_spec, shipped_specs
from pipeline.store import Store
from workbench import lake
from workbench.domain.errors import SpecError, WorkbenchError, nearest_match
from workbench.jobs.edit_spec import renamed
from workbench.jobs.user_folders import user_folders
from workbench.settings import Settings

SHORT = 8  # hex digits of a hash in a file name, as in the delivery folders
LONGEST_NAME = 60  # characters; it becomes a file name and part of the delivery folders


class SpecConflict(WorkbenchError):
    """Somebody else saved the same specification meanwhile; nothing was overwritten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecVersion:
    """One text a spec has or had. ``saved_at`` is UTC; ``current`` is the one that runs use."""

    name: str
    hash: str
    saved_at: datetime
    current: bool
    path: Path


def read_spec(name: str, settings: Settings) -> Spec:
    """A spec by name or file.

    Raises:
        SpecError: Unknown or not valid.
    """
    return load_spec(name, user_folders(settings, "specs"))


def spec_catalogue(settings: Settings) -> pl.DataFrame:
    """Name, title, description, owner and hash of every spec.

    One of the user's own that does not validate is listed with what is wrong as its description, and no hash.
    """
    own = own_specs(settings)
    shape = dict.fromkeys(("name", "title", "description", "owner", "hash"), pl.String)
    return pl.DataFrame([_listed(name, name in own, settings) for name in sorted({*own, *shipped_specs()})], shape)


def _listed(name: str, own: bool, settings: Settings) -> dict[str, str | None]:
    owner = "yours" if own else "shipped"
    try:
        spec = read_spec(name, settings)
    except SpecError as error:
        return {"name": name, "title": "cannot be used", "description": str(error), "owner": owner, "hash": None}
    return {
        "name": name, "title": spec.title, "description": spec.description, "owner": owner, "hash": spec.hash[:12]
    }  # fmt: skip


def own_specs(settings: Settings) -> tuple[str, ...]:
    """Names of the user's own specs."""
    return tuple(sorted({p.stem for folder in user_folders(settings, "specs") for p in folder.glob("*.toml")}))


def save_spec(text: str, settings: Settings, *, name: str | None = None, based_on: str | None = None) -> Spec:
    """Save a spec among the user's own; the text that stood there is kept among its versions.

    Args:
        text: The new text; it is checked before anything is written.
        settings: Workspace.
        name: Name to save it under; default: the one in the text.
        based_on: Hash of the text that was edited, None for a name that is new.

    Raises:
        SpecError: The text does not validate, or the name belongs to a shipped spec.
        SpecConflict: Another text stands under that name than the one that was edited.
        StorageFull: The disk is full; what stood there still stands.
    """
    spec = parse_spec(text if name is None else renamed(text, name), where=f"{name or 'spec'}.toml")
    if spec.name in shipped_specs():
        raise SpecError(
            f"{spec.name} is a shipped spec and is never changed", allowed=f"a name of your own, such as my_{spec.name}"
        )
    if len(spec.name) > LONGEST_NAME:
        raise SpecError(f"the name has {len(spec.name)} characters", allowed=f"at most {LONGEST_NAME}")
    path, files = _path(spec.name, settings), Store(settings.workspace)
    with _one_writer(path.parent):
        standing = _text(path)
        if standing is not None and standing != spec.text:
            if based_on != _hash(standing):
                raise _conflict(spec.name, path, new=based_on is None)
            _keep(spec.name, path, standing, settings)
        if standing != spec.text:
            files.write(path, spec.text.encode())
    return spec


def spec_versions(name: str, settings: Settings) -> tuple[SpecVersion, ...]:
    """Every text of one of the user's own specs, newest first; empty for a shipped one.

    Raises:
        SpecError: No spec of that name.
    """
    path = _path(name, settings)
    standing = _text(path)
    if standing is None:
        if name in shipped_specs():
            return ()
        known = own_specs(settings)
        raise SpecError(f"no spec of your own named {name!r}", allowed=known, nearest=nearest_match(name, known))
    now = SpecVersion(name=name, hash=_hash(standing), saved_at=_saved_at(path), current=True, path=path)
    kept = [
        SpecVersion(name=name, hash=_hash(text), saved_at=_saved_at(file), current=False, path=file)
        for file in (path.parent / "versions").glob(f"{name}-{'?' * SHORT}.toml")
        if (text := _text(file)) is not None and _hash(text) != now.hash
    ]
    return now, *sorted(kept, key=lambda version: version.saved_at, reverse=True)


def versions_frame(name: str, settings: Settings) -> pl.DataFrame:
    """The versions of a spec with the runs that used each: hash, saved_at, current, runs, last_run_at, path."""
    runs = runs_by_spec(settings)
    rows = []
    for version in spec_versions(name, settings):
        used = runs.filter(pl.col("spec_hash") == version.hash)
        rows.append(
            {
                "hash": version.hash[:12], "saved_at": version.saved_at, "current": version.current,
                "runs": used.height, "last_run_at": used["started_at"].max(), "path": str(version.path),
            }
        )  # fmt: skip
    schema = {
        "hash": pl.String, "saved_at": pl.Datetime("us", "UTC"), "current": pl.Boolean, "runs": pl.Int64,
        "last_run_at": pl.Datetime("us", "UTC"), "path": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def runs_by_spec(settings: Settings) -> pl.DataFrame:
    """Which run used which spec: run_id, spec_name, spec_hash, started_at; empty while there is no lake."""
    columns = {"run_id": pl.String, "spec_name": pl.String, "spec_hash": pl.String}
    if settings.catalogue_is_local and not Path(settings.catalogue).exists():
        return pl.DataFrame(schema={**columns, "started_at": pl.Datetime("us", "UTC")})
    with lake.open(settings, read_only=True) as store:
        return store.runs(limit=100_000).select(*columns, "started_at")


def restore_spec(name: str, version: str, settings: Settings, *, based_on: str | None = None) -> Spec:
    """Bring an earlier text back; the one it replaces is kept in turn.

    Args:
        name: One of the user's own specs.
        version: The first characters of its hash.
        settings: Workspace.
        based_on: Hash of the text that stood there when the choice was made; default: what stands now.

    Raises:
        SpecError: No such spec or version, or several.
        SpecConflict: Another text was saved meanwhile.
    """
    versions = spec_versions(name, settings)
    found = [v for v in versions if version and v.hash.startswith(version)]
    if len(found) != 1:
        what = "no version" if not found else f"{len(found)} versions"
        raise SpecError(f"{name} has {what} {version!r}", allowed=[v.hash[:SHORT] for v in versions])
    return save_spec(
        found[0].path.read_text(encoding="utf-8"), settings, name=name, based_on=based_on or versions[0].hash
    )


def spec_of_hash(spec_hash: str, settings: Settings) -> Spec | None:
    """The spec whose text has this hash: shipped, one's own, or an earlier version; None when it is gone."""
    own = user_folders(settings, "specs")
    folders = [SHIPPED, *own, *(folder / "versions" for folder in own)]
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        text = _text(path)
        if text is not None and _hash(text) == spec_hash:
            return parse_spec(text, where=path.name)
    return None


def free_name(name: str, settings: Settings) -> str:
    """A name of one's own to save a spec under: its own where it is the user's, else the first free ``my_NAME``."""
    taken = {*own_specs(settings), *shipped_specs()}
    if name in own_specs(settings):
        return name
    own = name if name not in taken else f"my_{name}"
    return next(n for n in (own, *(f"{own}_{i}" for i in range(2, len(taken) + 3))) if n not in taken)


def _path(name: str, settings: Settings) -> Path:
    return user_folders(settings, "specs")[0] / f"{name}.toml"


def _keep(name: str, path: Path, text: str, settings: Settings) -> None:
    """Keep a text among the versions, under the time it was saved."""
    kept = path.parent / "versions" / f"{name}-{_hash(text)[:SHORT]}.toml"
    stat = path.stat()
    Store(settings.workspace).write(kept, text.encode())
    os.utime(kept, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _conflict(name: str, path: Path, *, new: bool) -> SpecConflict:
    when = f"{_saved_at(path):%-d %b %Y, %H:%M} UTC"
    taken, changed = f"there is a spec named {name} already, saved {when}", f"{name} was saved by somebody else, {when}"
    return SpecConflict(
        taken if new else changed, allowed="another name, or look at what stands there and save over it"
    )


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"cannot be read: {error}", where=str(path)) from error


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _saved_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


@contextmanager
def _one_writer(folder: Path) -> Iterator[None]:
    """Saving is read, compare, write: only one at a time, in whatever process."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
