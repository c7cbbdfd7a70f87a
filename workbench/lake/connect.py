"""Open a DuckDB connection with the lake attached: embedded SQLite and a folder, or PostgreSQL and object storage."""

from __future__ import annotations

import contextlib
import importlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workbench.domain.errors import LakeError, StorageFull
from workbench.lake.failures import explain, persist
from workbench.lake.statements import quoted, statement
from workbench.lake.turn import turn
from workbench.settings import Settings

SCHEMA_VERSION = 10  # of schema.sql; rises with every change; sql/upgrade_N.sql leads there from N - 1

# Small inserts could stay in the catalogue until a flush, but readers lose rows in that moment: with duckdb 1.5.5 a
# reader counted 28 of 58 rows while 30 were flushed (ducklake issues 650, 1305 and 1413 are of the same kind).
# So every insert makes a Parquet file: callers batch, and `compact` merges.
INLINE_ROWS = 0

_HERE = Path(__file__).parent
_READ = ("views", "facts", "days", "chosen", "counted", "counted_days", "queue", "replay")  # in this order
_STORAGE_EXTENSIONS = {"s3": ("httpfs", "aws"), "gs": ("httpfs",), "az": ("azure",), "abfss": ("azure",)}
_STORAGE_SECRETS = {"s3": "storage_secret_s3", "az": "storage_secret_azure", "abfss": "storage_secret_azure"}
_NO_LAKE = "does not exist - and creating a new DuckLake is explicitly disabled"  # DuckLake's words, duckdb 1.5.5


def place(settings: Settings) -> str:
    """Where the catalogue is, for messages; without user and password."""
    if settings.catalogue_is_local:
        return settings.catalogue
    url = urlsplit(settings.catalogue)
    return f"{url.scheme}://{url.hostname}{url.path}"


def connect(settings: Settings, *, read_only: bool = False, snapshot: int | None = None):
    """A connection with the catalogue attached as ``lake``, tables made, views in place.

    Args:
        settings: Where the catalogue and the data are.
        read_only: Refuse writes and do not make a lake.
        snapshot: Show the lake as it was after this snapshot; nothing can be written.

    Raises:
        LakeError: Damaged, newer, absent (read-only), unreachable, or busy for too long.
        StorageFull: No room to make it.
    """
    mode = "as_of" if snapshot is not None else "read_only" if read_only else "read_write"
    if mode == "read_write":
        _make_folders(settings)
    elif settings.catalogue_is_local and not Path(settings.catalogue).exists():
        raise _absent(settings)  # SQLite would leave an empty file behind
    connection = _session(settings)
    try:
        made = _attach(connection, settings, mode, snapshot) and _version(connection, settings) is not None
        if not made:
            if mode != "read_write":
                raise _absent(settings)
            _make(settings)
            if not _is_attached(connection):
                _attach(connection, settings, mode, snapshot)
        version = _version(connection, settings)
        if version < SCHEMA_VERSION and mode != "as_of":
            _upgrade(settings)
            version = _version(connection, settings)
        if version != SCHEMA_VERSION:
            raise LakeError(
                f"the lake's tables are version {version}",
                where=place(settings) if snapshot is None else f"snapshot {snapshot} of {place(settings)}",
                allowed=f"version {SCHEMA_VERSION}: use the program that made it, or a newer one",
            )
        connection.execute(statement("scope", of=""))
        for name in _READ:
            connection.execute((_HERE / f"{name}.sql").read_text(encoding="utf-8"))
    except BaseException:
        disconnect(connection)
        raise
    return connection


def postgres_session(settings: Settings, *, name: str = "turn"):
    """A connection of its own to the PostgreSQL catalogue's database, attached as ``turn`` (to read) or ``desk``."""
    connection = _session(settings)
    try:
        target = quoted(settings.catalogue)
        persist(
            lambda: connection.execute(statement(f"attach_{name}_postgres", target=target)),
            wait_s=settings.lake_wait_s,
            where=place(settings),
        )
    except BaseException:
        connection.close()
        raise
    return connection


def _absent(settings: Settings) -> LakeError:
    return LakeError(
        "there is no lake here yet", where=place(settings), allowed="a workspace in which something was run"
    )


def _make_folders(settings: Settings) -> None:
    folders = [settings.lake_dir]
    if settings.catalogue_is_local:
        folders.append(Path(settings.catalogue).parent)
    if settings.data_is_local:
        folders.append(Path(settings.data_path))
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _os_error(error, folder) from error


def _os_error(error: OSError, path: Path) -> LakeError | StorageFull:
    explained = explain(error, where=str(path))
    if isinstance(explained, StorageFull):
        return explained
    return LakeError(f"cannot be made ({error.strerror})", where=str(path), allowed="a folder this user may write to")


def _session(settings: Settings):
    """An in-memory DuckDB that fetches nothing from the network, with the extensions the settings need."""
    import duckdb

    # Spilled parts of a large query: in the workspace, else DuckDB would write beside the caller's folder.
    spill = settings.lake_dir / "spill" if settings.lake_dir.is_dir() else Path(tempfile.gettempdir())
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    try:
        connection.execute(
            statement(
                "session",
                threads=settings.lake_threads,
                memory=quoted(f"{settings.lake_memory_mb}MB"),
                spill=quoted(str(spill)),
            )
        )
        names = ["ducklake", "sqlite_scanner" if settings.catalogue_is_local else "postgres_scanner"]
        scheme = urlsplit(settings.data_path).scheme
        if not settings.data_is_local:
            names.extend(_STORAGE_EXTENSIONS[scheme])
        for name in names:
            _load(connection, name)
        if not settings.data_is_local and scheme in _STORAGE_SECRETS:
            persist(
                lambda: connection.execute(statement(_STORAGE_SECRETS[scheme])),
                wait_s=settings.lake_wait_s,
                where=settings.data_path,
            )
    except BaseException:
        connection.close()
        raise
    return connection


def _load(connection, name: str) -> None:
    import duckdb

    try:
        package = importlib.import_module(f"duckdb_extension_{name}")
    except ModuleNotFoundError:
        target = name  # perhaps put there once by DuckDB's own INSTALL
    else:
        file = Path(package.__file__).parent / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        target = quoted(str(file))
    try:
        connection.execute(statement("load", file=target))
    except duckdb.Error as error:
        raise LakeError(
            f"DuckDB's extension {name} cannot be loaded ({' '.join(str(error).split())})",
            allowed=f"pip install duckdb-extension-{name.replace('_', '-')}=={duckdb.__version__}",
        ) from error


def _attach(connection, settings: Settings, mode: str, snapshot: int | None = None, *, create: bool = False) -> bool:
    """True when the catalogue is attached, False when there is none."""
    kind = "sqlite" if settings.catalogue_is_local else "postgres"
    text = statement(
        f"attach_{kind}" if mode == "read_write" else f"attach_{kind}_{mode}",
        target=quoted(f"ducklake:{kind}:{settings.catalogue}"),
        data_path=quoted(settings.data_path),
        override=settings.data_is_default,  # a workspace may be moved; data elsewhere must be where it was
        create=create,
        snapshot="NULL" if snapshot is None else snapshot,
        inline_rows=INLINE_ROWS,
        busy_ms=round(settings.lake_wait_s * 1000),
    )
    try:
        persist(lambda: connection.execute(text), wait_s=settings.lake_wait_s, where=place(settings))
    except LakeError as error:
        if _NO_LAKE in error.found:
            return False
        raise
    return True


def _is_attached(connection) -> bool:
    return connection.execute(statement("is_attached")).fetchone() is not None


def _version(connection, settings: Settings) -> int | None:
    """Version of the tables, None when there are none (yet)."""

    def read() -> int | None:
        if connection.execute(statement("is_made")).fetchone() is None:
            return None
        return connection.execute(statement("read_schema_version")).fetchone()[0]

    return persist(read, wait_s=settings.lake_wait_s, where=place(settings))


def _make(settings: Settings) -> None:
    """Make catalogue and tables, unless another process was first."""
    with _alone(settings, create=True) as connection:
        if _version(connection, settings) is None:
            schema = (_HERE / "schema.sql").read_text(encoding="utf-8") + statement("options")
            _change(connection, schema, settings)


def _upgrade(settings: Settings) -> None:
    """Bring tables of an earlier version up to this one, a version at a time, unless another process was first."""
    with _alone(settings) as connection:
        for version in range(_version(connection, settings) + 1, SCHEMA_VERSION + 1):
            _change(connection, statement(f"upgrade_{version}"), settings)


@contextlib.contextmanager
def _alone(settings: Settings, *, create: bool = False) -> Iterator[Any]:
    """A writing connection of its own, in the writers' turn."""
    with turn(settings, where=place(settings)), contextlib.ExitStack() as stack:
        connection = _session(settings)
        stack.callback(disconnect, connection)
        _attach(connection, settings, "read_write", create=create)
        yield connection


def _change(connection, text: str, settings: Settings) -> None:
    """Run statements as one transaction."""

    def change() -> None:
        connection.begin()
        try:
            connection.execute(text)
            connection.commit()
        except BaseException:
            roll_back(connection)
            raise

    persist(change, wait_s=settings.lake_wait_s, where=place(settings))


def disconnect(connection) -> None:
    """Close a connection for good.

    After a commit that failed on a full disk, closing alone leaves the catalogue's file open (duckdb 1.5.5).
    """
    import duckdb

    with contextlib.suppress(duckdb.Error):
        connection.execute(statement("detach"))
    connection.close()


def roll_back(connection) -> None:
    """End a transaction that failed; one that is over already is left alone."""
    import duckdb

    with contextlib.suppress(duckdb.Error):
        connection.rollback()
