"""Keeps what figures are counted on: the facts of images and verdicts (facts.sql), stored once the lake is large.

A figure reads `image_facts` and `verdict_facts`. In a small lake they are made in memory, anew for each snapshot. In a
large one they are stored, with the snapshot they are right for; images that any row touched since then are made anew:
in memory by a reader, for good by `refresh`. Nobody who writes a row has to do anything for it: which images were
touched is read off the lake's own history, so a verdict costs what it cost. A refresh is one transaction in the
writers' turn; it may be repeated, killed, or done by two at once.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from workbench.domain.errors import LakeError
from workbench.lake import connect, failures
from workbench.lake.statements import quoted, statement
from workbench.lake.turn import turn

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.session import Session

KEPT_FROM = 50_000  # results; fewer are made in memory in less time than a stored table takes to open
FEW_TOUCHED = 500  # so many images are made anew in memory in well under a second; more are worth a refresh


def prepare(session: Session) -> None:
    """Make the facts that this connection's next figure reads those of the newest snapshot."""
    connection = session._mine()
    newest, kept = _state(connection)
    if newest == session.facts_at:
        return
    touched = None if kept is None else _touch(connection, kept, newest)
    if touched and touched > FEW_TOUCHED and session.snapshot is None:
        _refresh_beside(session)
        newest, kept = _state(connection)
        touched = None if kept is None else _touch(connection, kept, newest)
    if touched is None:
        connection.execute(statement("facts_in_memory"))
    elif touched == 0:
        connection.execute(statement("facts_kept"))
    else:
        _make_touched(connection)
        connection.execute(statement("facts_beside"))
    session.facts_at = newest


def after_run(session: Session) -> None:
    """A run has ended: store the facts if the lake has become large, or bring them up to date.

    A lake that others keep busy is left alone: the next run, reader or `refresh` finds the same.
    """
    with contextlib.suppress(LakeError):
        _, kept = _state(session._mine())
        if kept is not None:
            refresh(session)
        elif session._mine().execute(statement("facts_size")).fetchone()[0] >= KEPT_FROM:
            rebuild(session)


def refresh(session: Session) -> int | None:
    """Bring the stored facts up to the newest snapshot; how many images were made anew, None where nothing is stored.

    Raises:
        LakeError: Opened for reading only, or the lake stayed busy.
    """
    session._check_writable("aggregates")

    def change(connection) -> int | None:
        newest, kept = _state(connection)
        if kept is None:
            return None
        touched = _touch(connection, kept, newest)
        if touched:
            _make_touched(connection)
            connection.execute(statement("facts_replace"))
        if newest > kept:
            connection.execute(statement("facts_mark", snapshot=newest))
        return touched

    return _in_turn(session, change)


def rebuild(session: Session) -> int:
    """Make all stored facts anew from the records, set by set; how many sets there were.

    Each set is a transaction and a turn of its own, so that people's verdicts get in between. Until the last one is in,
    nothing stored is read; what came meanwhile is what the next refresh finds.
    """
    session._check_writable("aggregates")

    def begin(connection) -> tuple[int, list[str]]:
        newest, _ = _state(connection)
        connection.execute(statement("facts_empty"))
        return newest, [row[0] for row in connection.execute(statement("facts_sets")).fetchall()]

    newest, sets = _in_turn(session, begin)
    for name in sets:
        _in_turn(session, lambda connection, name=name: _make_set(connection, name))
    _in_turn(session, lambda connection: connection.execute(statement("facts_mark", snapshot=newest)))
    refresh(session)
    return len(sets)


def differences(session: Session) -> pl.DataFrame:
    """Where stored facts are not what the records say, by table and set; empty when all is right or nothing is stored.

    Reads every record: minutes in a large lake. Images touched since the last refresh are not looked at.
    """
    connection = session._mine()
    newest, kept = _state(connection)
    if kept is None:
        return connection.execute(statement("facts_differ_none")).pl()
    _touch(connection, kept, newest)
    return connection.execute(statement("facts_differ")).pl()


def _state(connection) -> tuple[int, int | None]:
    return connection.execute(statement("facts_state")).fetchone()


def _refresh_beside(session: Session) -> None:
    """A reader found many touched images: refresh over a connection of its own, if it may write and others let it."""
    with contextlib.suppress(LakeError), type(session)(session.settings) as writer:
        refresh(writer)


def _touch(connection, kept: int, newest: int) -> int:
    """Find the images that rows after the kept snapshot are about: temporary table ``touched``; how many."""
    if newest <= kept:
        return 0
    connection.execute(statement("facts_touched", first=kept + 1, last=newest))
    return connection.execute(statement("facts_touched_count")).fetchone()[0]


def _make_touched(connection) -> None:
    _scoped(connection, "SEMI JOIN touched ON touched.set_id = stored.set_id AND touched.image_id = stored.image_id",
            statement("facts_of_touched"))  # fmt: skip


def _make_set(connection, name: str) -> None:
    _scoped(connection, f"WHERE stored.set_id = {quoted(name)}", statement("facts_of_set"))


def _scoped(connection, of: str, text: str) -> None:
    """Run statements while the views see only some images' rows."""
    connection.execute(statement("scope", of=of))
    try:
        connection.execute(text)
    finally:
        connection.execute(statement("scope", of=""))


def _in_turn(session: Session, change):
    def transaction():
        connection = session._mine()
        with turn(session.settings, where="aggregates"):
            connection.begin()
            try:
                answer = change(connection)
                connection.commit()
            except BaseException:
                connect.roll_back(connection)
                raise
        return answer

    session.facts_at = None
    return failures.persist(transaction, wait_s=session.settings.lake_wait_s, where="aggregates")
