"""Tell DuckDB's errors apart: worth another try, no room left, a file gone, a catalogue that cannot be read."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from typing import TypeVar

from workbench.domain.errors import LakeError, StorageFull, WorkbenchError

Answer = TypeVar("Answer")

# Words of SQLite, PostgreSQL and DuckLake for "somebody else is at it", seen in duckdb 1.5.5 and its sources.
_BUSY = re.compile(
    r"database (is|table is|schema is) locked|SQLITE_BUSY|cannot start a transaction within|transaction conflict"
    r"|conflict(s|ing)? with|could not serialize|deadlock detected|maximum retry count|lock timeout"
    r"|(UNIQUE|PRIMARY KEY) constraint failed: ducklake|duplicate key value violates .*ducklake",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"no space left|disk is full|disk full|not enough space|disk quota exceeded|file too large|ENOSPC", re.IGNORECASE
)
_DAMAGED = re.compile(r"file is not a database|malformed|database corruption|not a ducklake|disk I/O error", re.I)
_NEWER = re.compile(r"ducklake.{0,80}version|unsupported .*version|only versions? .* (is|are) supported", re.I | re.S)
_MISSING = re.compile(
    r"(no such file|cannot open file|could not (open|read|find)|no files found|not found \(404\)|404)", re.I
)
_FIRST_PAUSE_S = 0.01
_LONGEST_PAUSE_S = 1.0
_DATA_FILE = re.compile(r"[^\s\"']*\.parquet")


class EngineFailed(LakeError):
    """DuckDB failed inside itself and takes no more queries in this connection; a new one works, the data are whole."""


def persist(action: Callable[[], Answer], *, wait_s: float, where: str) -> Answer:
    """Do it, and do it again while somebody else holds the lake.

    Pauses double from 10 ms to 1 s, each drawn between half and full length so that two who met part ways.

    Args:
        action: Must leave nothing behind when it fails.
        wait_s: For how long to try.
        where: What is being read or written, for the message.

    Raises:
        LakeError: Still busy after ``wait_s``, or an error that waiting does not mend.
        EngineFailed: One that a new connection mends.
        StorageFull: No room left on the disk.
    """
    import duckdb

    until = time.monotonic() + wait_s
    pause = _FIRST_PAUSE_S
    while True:
        try:
            return action()
        except duckdb.Error as error:
            if not _BUSY.search(str(error)) or time.monotonic() + pause > until:
                raise explain(error, where=where) from error
        time.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(2 * pause, _LONGEST_PAUSE_S)


def explain(error: Exception, *, where: str) -> WorkbenchError:
    """The same failure in words a user can act on."""
    import duckdb

    text = " ".join(str(error).split())
    if isinstance(error, duckdb.InternalException | duckdb.FatalException):
        return EngineFailed(f"DuckDB failed inside ({text.split(' Stack Trace')[0]})", where=where)
    if _FULL.search(text):
        return StorageFull("the disk is full; nothing half-written was kept", where=where)
    file = _DATA_FILE.search(text)
    if file and _MISSING.search(text):
        return LakeError(
            f"the data file {file.group()} is missing",
            where=where,
            allowed="every file the catalogue names; restore it from a backup or correct WORKBENCH_DATA_PATH",
        )
    if _DAMAGED.search(text):
        return LakeError(
            f"the catalogue is damaged or not a catalogue at all ({text})",
            where=where,
            allowed="a catalogue made by this program; restore it from a backup",
        )
    if _NEWER.search(text):
        return LakeError(f"the catalogue was written by another version of DuckLake ({text})", where=where)
    if _BUSY.search(text):
        return LakeError(f"the lake stayed busy for too long ({text})", where=where)
    return LakeError(text, where=where)
