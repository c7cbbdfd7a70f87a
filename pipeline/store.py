"""Content-addressed files of a workspace: written to a temporary name and renamed, so none is ever half there.

``artefacts/<aa>/<sha256>.<suffix>`` holds the files, ``computations/<aa>/<result_key>.json`` what the pipeline made
of a photo. The computation is written last: where it stands, its files stand.
"""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import itertools
import json
import os
from datetime import datetime
from pathlib import Path

from workbench.domain.errors import StorageFull
from workbench.domain.records import Artefact, CheckResult, Computation, StepEvent

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
_serial = itertools.count()


class Store:
    """Files of one workspace."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = Path(workspace)

    def put(self, suffix: str, data: bytes) -> Artefact:
        """Keep a file; the same bytes are kept once.

        Raises:
            StorageFull: The disk is full; nothing half-written is left.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = Path("artefacts", digest[:2], f"{digest}.{suffix}")
        if not (self.workspace / path).exists():
            self.write(self.workspace / path, data)
        return Artefact(suffix=suffix, path=str(path), sha256=digest, size_bytes=len(data))

    def computation(self, result_key: str) -> Computation | None:
        """What was made under this key, or None when it was not, or when one of its files has gone."""
        try:
            found = json.loads(self._computation_path(result_key).read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        computation = _from_json(found)
        if all((self.workspace / artefact.path).exists() for artefact in computation.artefacts):
            return computation
        return None

    def put_computation(self, computation: Computation) -> None:
        """Keep what was made; called after its files are there.

        Raises:
            StorageFull: The disk is full.
        """
        text = json.dumps(dataclasses.asdict(computation), default=_plain, allow_nan=False)
        self.write(self._computation_path(computation.result_key), text.encode())

    def write(self, path: Path, data: bytes) -> None:
        """Write a file whole or not at all.

        Raises:
            StorageFull: The disk is full.
        """
        temporary = self.workspace / "tmp" / f"{os.getpid()}-{next(_serial)}"
        try:
            temporary.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(data)
            path.parent.mkdir(parents=True, exist_ok=True)
            os.replace(temporary, path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            if error.errno in DISK_FULL:
                raise disk_full(path.parent) from error
            raise

    def sweep(self) -> int:
        """Remove what killed processes left under ``tmp``; returns how many files."""
        removed = 0
        for path in (self.workspace / "tmp").glob("*-*"):
            pid = path.name.split("-")[0]
            if pid.isdigit() and not _alive(int(pid)):
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _computation_path(self, result_key: str) -> Path:
        return self.workspace / "computations" / result_key[:2] / f"{result_key}.json"


def disk_full(folder: Path) -> StorageFull:
    """The error for a full disk, with the way out."""
    return StorageFull("the disk is full; nothing half-written was kept", where=str(folder))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _plain(value):
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in a record that goes to disk")


def _from_json(found: dict) -> Computation:
    found["made_at"] = datetime.fromisoformat(found["made_at"])
    if found["geometry"] is not None:
        found["geometry"] = tuple(found["geometry"])
    found["artefacts"] = tuple(Artefact(**a) for a in found["artefacts"])
    found["events"] = tuple(
        StepEvent(**{**e, "started_at": datetime.fromisoformat(e["started_at"])}) for e in found["events"]
    )
    found["checks"] = tuple(
        CheckResult(**{**c, "worst_xy": tuple(c["worst_xy"]) if c["worst_xy"] else None}) for c in found["checks"]
    )
    return Computation(**found)
