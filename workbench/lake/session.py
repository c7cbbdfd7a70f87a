"""One connection to the lake: who may use it, how rows go in and frames come out, each try whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from workbench.domain.errors import LakeError
from workbench.lake import aggregates, connect, failures, rows
from workbench.lake.filters import filter_struct
from workbench.lake.statements import statement
from workbench.lake.turn import turn
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

Answer = TypeVar("Answer")


class Session:
    """A connection for one thread of one process, closed by ``with`` or `close`."""

    def __init__(self, settings: Settings, *, read_only: bool = False, snapshot: int | None = None) -> None:
        self.settings = settings
        self.read_only = read_only or snapshot is not None
        self.snapshot = snapshot
        self._owner = (os.getpid(), threading.get_ident())
        self._shapes: dict[str, Any] = {}
        self._connect()

    def _connect(self) -> None:
        # what this connection's figures are ready for (see aggregates.py): snapshot, where facts are, and counts by day
        self.facts_at: int | None = None
        self.facts_are = self.days_are = self.image_days_are = None
        self.touched = 0  # images that came after what is stored
        self._connection = connect.connect(self.settings, read_only=self.read_only, snapshot=self.snapshot)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the lake; a second time does nothing."""
        if self._connection is not None:
            connect.disconnect(self._connection)
            self._connection = None

    def _mine(self):
        if self._connection is None:
            raise LakeError("this lake is closed", where=connect.place(self.settings))
        if self._owner != (os.getpid(), threading.get_ident()):
            raise LakeError(
                "used by another process or thread than the one that opened it",
                where=connect.place(self.settings),
                allowed="one lake.open(…) for each",
            )
        return self._connection

    def _check_writable(self, where: str) -> None:
        if self.read_only:
            raise LakeError("opened for reading only", where=where)

    def _append(self, batches: Mapping[str, list[rows.Row]]) -> dict[str, int]:
        """Insert batches of rows, in order, in one transaction; how many were new, by table."""
        self._check_writable(", ".join(batches))
        tables = {name: self._table(name, batch) for name, batch in batches.items() if batch}
        added = dict.fromkeys(batches, 0)
        if tables:
            added |= self._append_chosen(lambda _connection: tables, where=f"append to {', '.join(tables)}")
        return added

    def _append_chosen(self, choose: Callable[[Any], Mapping[str, Any]], *, where: str) -> dict[str, int]:
        """Insert the tables that ``choose(connection)`` gives, in one transaction and one turn with its look.

        Args:
            choose: Called with the connection inside the transaction, once for each try; table name -> Arrow table.
            where: What is being stored, for messages.
        """
        self._check_writable(where)

        def transaction() -> dict[str, int]:
            connection, added, registered = self._mine(), {}, []
            connection.begin()
            try:
                for name, table in choose(connection).items():
                    connection.register(f"batch_{name}", table)
                    registered.append(f"batch_{name}")
                    special = name in ("images", "step_events")
                    text = statement(f"insert_{name}") if special else statement("insert", table=name)
                    added[name] = connection.execute(text).fetchone()[0]
                connection.commit()
            except BaseException:
                connect.roll_back(connection)
                raise
            finally:
                for name in registered:
                    connection.unregister(name)
            return added

        # the turn is taken anew for each try: waiting for somebody else while holding it would block them
        def in_turn() -> dict[str, int]:
            with turn(self.settings, where=where):
                return transaction()

        return self._persist(in_turn, where=where)

    def _table(self, name: str, batch: list[rows.Row]):
        """Rows as an Arrow table of exactly the stored columns and types; a column that is not there is refused."""
        import pyarrow

        shape = self._shape(name)
        unknown = {column for row in batch for column in row} - set(shape.names)
        if unknown:
            raise LakeError(f"no column {', '.join(sorted(unknown))}", where=name, allowed=shape.names)
        return pyarrow.Table.from_pylist(rows.distinct(batch), schema=shape)

    def _shape(self, name: str):
        """Columns and types of a stored table; looked up once, best before a transaction begins."""
        if name not in self._shapes:
            text = statement("batch_shape", table=name)
            self._shapes[name] = self._persist(lambda: self._mine().execute(text).to_arrow_table().schema, where=name)
        return self._shapes[name]

    def _read(self, text: str, params: Mapping[str, Any], frames: Mapping[str, Any], *, where: str) -> pl.DataFrame:
        def read() -> pl.DataFrame:
            connection = self._mine()
            statements = connection.extract_statements(text)
            used = {name: params.get(name) for name in statements[0].named_parameters}
            if "filters" in used:
                used["filters"] = filter_struct(params)
            if "counted_" in text or "_facts" in text:
                aggregates.prepare(self, text, params)
            try:
                for name, frame in frames.items():
                    connection.register(name, frame)
                return connection.execute(statements[0], used).pl()
            finally:
                for name in frames:
                    connection.unregister(name)

        return self._persist(read, where=where)

    def _persist(self, action: Callable[[], Answer], *, where: str) -> Answer:
        """Do it; where DuckDB itself failed, which spoils its connection for good, once more over a new one."""
        try:
            return failures.persist(action, wait_s=self.settings.lake_wait_s, where=where)
        except failures.EngineFailed:
            broken = self._connection
            self._connect()  # where it cannot be, the broken one stays, and whoever asks next tries again
            connect.disconnect(broken)
            return failures.persist(action, wait_s=self.settings.lake_wait_s, where=where)
