"""Keeps what figures are counted on (facts.sql), stored once the lake is large.

Figures read facts: a narrow row a result (`image_facts`) and a verdict (`verdict_facts`), and results, verdicts, hours
of work, steps and checks counted by day (`day_facts`, `judged_facts`, `work_facts`, `step_facts`, `check_facts`). In a
small lake they are made in memory, anew for each snapshot. In a large one they are stored, with the snapshot they are
right for; images that any row touched since then, and their days, are made anew: in memory by a reader, for good by
`refresh`. Nobody who writes a row has to do anything for it: which images were touched is read off the lake's own
history, so a verdict costs what it cost. A refresh is one transaction in the writers' turn; it may be repeated, killed,
or done by two at once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from workbench.domain.errors import LakeError
from workbench.lake import connect, failures
from workbench.lake.statements import quoted, statement
from workbench.lake.turn import turn

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.session import Session

KEPT_FROM = 50_000  # results; fewer are made in memory in less time than a stored table takes to open
FEW_TOUCHED = 20  # so many images are read beside the stored ones; more are worth a refresh
_BY_DAY = ("counted_steps", "counted_checks")
_IMAGES_BY_DAY = ("_days(", "_any_day(", "counted_waits(", "counted_hours(", "day_facts")  # see counted_days.sql
_ATTRIBUTES = ("category", "channel", "tier")


def prepare(session: Session, text: str, filters: Mapping[str, Any]) -> None:
    """Make the facts that a query reads those of the newest snapshot, as far as this connection has not done so.

    Args:
        session: The connection that asks.
        text: The query.
        filters: What it is narrowed to.
    """
    connection = session._mine()
    newest, kept = _state(connection)
    if newest != session.facts_at:
        session.days_are = session.image_days_are = None
        touched, worked_on = _touch(connection, kept, newest)
        if kept is not None and touched > FEW_TOUCHED and session.snapshot is None:
            _refresh_beside(session)
            newest, kept = _state(connection)
            touched, worked_on = _touch(connection, kept, newest)
        if kept is None:
            connection.execute(statement("facts_in_memory"))
        elif touched == 0:
            connection.execute(statement("facts_kept"))
        else:
            _make_touched(connection)
            connection.execute(statement("facts_beside"))
        session.facts_at, session.facts_are = newest, "memory" if kept is None else "beside" if worked_on else "kept"
        session.image_days_are = None if kept is not None else "single"
        if kept is None:
            connection.execute(statement("image_days_single"))
        session.touched = touched
    if session.image_days_are is None and any(name in text for name in _IMAGES_BY_DAY):
        if session.touched:
            connection.execute(statement("image_days_asked"))
        session.image_days_are = "beside" if session.touched else "kept"
        connection.execute(statement(f"image_days_{session.image_days_are}"))
    if any(name in text for name in _BY_DAY):
        days = "single" if session.facts_are != "memory" and not _by_day(filters) else session.facts_are
        if days != session.days_are:
            _prepare_days(connection, days)
            session.days_are = days


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
        touched, worked_on = _touch(connection, kept, newest)
        if kept is None:
            return None
        if touched:
            _make_touched(connection)
            connection.execute(statement("facts_replace"))
        if worked_on:
            connection.execute(statement("facts_kept"))
            _make_days(connection)
            connection.execute(statement("days_replace"))
        if touched:
            connection.execute(statement("facts_kept"))
            connection.execute(statement("image_days_asked"))
            connection.execute(statement("image_days_replace"))
        if newest > kept:
            connection.execute(statement("facts_mark", snapshot=newest))
        return touched

    return _in_turn(session, change)


def rebuild(session: Session) -> int:
    """Make all stored facts anew from the records, set by set; how many sets there were.

    Each set is a transaction and a turn of its own, so that people's verdicts get in between. Until the last one is in,
    nothing stored is read; what came meanwhile is what the refresh at the end finds.
    """
    session._check_writable("aggregates")

    def begin(connection) -> tuple[int, list[str]]:
        newest, _ = _state(connection)
        connection.execute(statement("facts_empty"))
        connection.execute(statement("facts_kept"))
        return newest, [row[0] for row in connection.execute(statement("facts_sets")).fetchall()]

    newest, sets = _in_turn(session, begin)
    for name in sets:
        _in_turn(session, lambda connection, name=name: _make_set(connection, name))
    _in_turn(session, lambda connection: connection.execute(statement("facts_mark", snapshot=newest)))
    refresh(session)
    return len(sets)


def differences(session: Session) -> pl.DataFrame:
    """Where stored facts are not what the records say, by table and set; empty when all is right or nothing is stored.

    Reads every record: minutes in a large lake. To be asked right after a `refresh`: what came since counts as missing.
    """
    connection = session._mine()
    if _state(connection)[1] is None:
        return connection.execute(statement("facts_differ_none")).pl()
    session.facts_at = None
    connection.execute(statement("facts_kept"))
    connection.execute(statement("image_days_all"))
    return connection.execute(statement("facts_differ")).pl()


def _by_day(filters: Mapping[str, Any]) -> bool:
    """Whether counts by day can answer: whole days (UTC), and no brand together with another attribute of photos."""
    moments = [m.astimezone(UTC) for m in (filters.get("since"), filters.get("until")) if isinstance(m, datetime)]
    several = filters.get("brand") is not None and any(filters.get(name) is not None for name in _ATTRIBUTES)
    return not several and all(moment.time() == time() for moment in moments)


def _prepare_days(connection, days: str) -> None:
    if days == "beside":
        _make_days(connection)
    name = {"memory": "days_in_memory", "kept": "days_kept", "beside": "days_beside", "single": "days_single"}[days]
    connection.execute(statement(name))


def _state(connection) -> tuple[int, int | None]:
    return connection.execute(statement("facts_state")).fetchone()


def _refresh_beside(session: Session) -> None:
    """A reader found many touched images: refresh over a connection of its own, if it may write and others let it."""
    with contextlib.suppress(LakeError), type(session)(session.settings) as writer:
        refresh(writer)


def _touch(connection, kept: int | None, newest: int) -> tuple[int, int]:
    """Find the images that rows after the kept snapshot are about (temporary table ``touched``): all, and worked on."""
    if kept is None or newest <= kept:
        return 0, 0
    connection.execute(statement("facts_touched", first=kept + 1, last=newest))
    return connection.execute(statement("facts_touched_count")).fetchone()


def _make_touched(connection) -> None:
    _scoped(connection, _among("touched"), statement("facts_of_touched"))


def _make_days(connection) -> None:
    connection.execute(statement("days_dirty"))
    _scoped(connection, _among("dirty_images"), statement("days_made"))


def _make_set(connection, name: str) -> None:
    _scoped(connection, f"WHERE stored.set_id = {quoted(name)}", statement("facts_of_set") + statement("days_of_set"))
    connection.execute(statement("image_days_of_set", set_id=quoted(name)))


def _among(images: str) -> str:
    return f"SEMI JOIN {images} ON {images}.set_id = stored.set_id AND {images}.image_id = stored.image_id"


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
