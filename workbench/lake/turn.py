"""Writers take turns, so that "add it unless it is there" is one act.

DuckLake knows no UNIQUE, and to it two inserts never conflict: both writers would look, find nothing and insert.
(Seen so with a PostgreSQL catalogue. SQLite's locking refuses the second commit of duckdb 1.5.5, but later
releases try such a commit again without looking again.) So whoever writes holds the turn from the look to the
commit. With an SQLite catalogue the turn is an exclusive lock on a small file beside it: the operating system
lets go of it when its holder dies. With a PostgreSQL catalogue it is an advisory lock of that database, let go
of when the connection ends. Readers need no turn.
"""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Iterator

from workbench.domain.errors import LakeError, StorageFull
from workbench.lake.failures import persist
from workbench.lake.statements import statement
from workbench.settings import Settings

_POSTGRES_KEY = zlib.crc32(b"retouch-workbench lake turn")  # any fixed number the writers share


@contextlib.contextmanager
def turn(settings: Settings, *, where: str) -> Iterator[None]:
    """Hold the writers' turn of a lake; wait for it as long as the settings say.

    Raises:
        LakeError: Others held it for longer than ``lake_wait_s``.
        StorageFull: No room for the lock file.
    """
    with _file_turn(settings, where) if settings.catalogue_is_local else _postgres_turn(settings, where):
        yield


@contextlib.contextmanager
def _file_turn(settings: Settings, where: str) -> Iterator[None]:
    # SQLite's locking works alike on Linux, macOS and Windows. It is never the catalogue file itself: closing a
    # second handle on that one would drop the locks that DuckDB's own SQLite holds in this process.
    path = settings.catalogue + ".turn"
    try:
        lock = sqlite3.connect(path, timeout=settings.lake_wait_s, isolation_level=None)
    except sqlite3.Error as error:
        raise LakeError(f"cannot be opened ({error})", where=path, allowed="a folder this user may write to") from error
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if "full" in str(error):
                raise StorageFull("the disk is full", where=path) from error
            raise LakeError(
                f"no turn to write within {settings.lake_wait_s:g} s ({error})", where=f"{where} ({path})"
            ) from error
        yield
    finally:
        lock.close()  # nothing was written: the transaction only held the lock


@contextlib.contextmanager
def _postgres_turn(settings: Settings, where: str) -> Iterator[None]:
    from workbench.lake.connect import postgres_session, roll_back

    with contextlib.closing(postgres_session(settings)) as session:

        def take() -> None:
            session.begin()  # pins one connection of DuckDB's pool, so that both statements reach the same one
            try:
                session.execute(statement("limit_turn_postgres", wait_ms=round(settings.lake_wait_s * 1000))).fetchall()
                session.execute(statement("take_turn_postgres", key=_POSTGRES_KEY)).fetchall()
            except BaseException:
                roll_back(session)
                raise

        persist(take, wait_s=settings.lake_wait_s, where=where)
        try:
            yield
        finally:
            roll_back(session)
