"""What is going on right now: who has which image on the screen, which runs are alive, who wants one to pause.

Kept apart from the lake, which only remembers: these rows change every second and matter for minutes. They lie in small
tables with unique keys: in an SQLite file beside the embedded catalogue, or in the PostgreSQL catalogue's database. The
SQLite file is not the catalogue itself, because closing a second handle on that one drops the locks that DuckDB's own
SQLite holds in this process. Losing the file loses no work: claims are made anew, runs beat again.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from workbench.domain.errors import LakeError, StorageFull
from workbench.lake.statements import statement
from workbench.lake.turn import turn
from workbench.settings import Settings

CLAIM_S = 120.0  # a claim that nobody renews is free again after this; a page renews every 30 s
SILENT_S = 15.0  # a pulse that was not felt for so long is taken for dead; it beats every second or two
KEPT_S = 7 * 86_400.0  # pulses older than this are forgotten

Wish = Literal["go", "pause", "cancel"]
Execute = Callable[..., list[tuple]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing on somebody's screen; times in seconds since 1970."""

    key: str
    holder: str
    tab: str
    claimed_at: float
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """One piece of long work and the last that was heard of it."""

    key: str
    kind: str
    started_at: float
    beat_at: float
    state: Mapping[str, Any]
    wish: Wish
    wished_by: str | None
    silent_s: float  # how long nothing was heard

    @property
    def alive(self) -> bool:
        """Whether it was heard of lately."""
        return self.silent_s < SILENT_S


class Desk:
    """The live tables of one lake; every call is one short transaction, safe from any thread and process.

    Args:
        settings: Where the catalogue is.
        now: Clock, in seconds since 1970.
    """

    def __init__(self, settings: Settings, *, now: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self._now = now

    # ---- claims ------------------------------------------------------------------------------------------------

    def claim(
        self, keys: Sequence[str], *, holder: str, tab: str = "", most: int = 1, seconds: float = CLAIM_S
    ) -> list[str]:
        """Take the first ``most`` of the keys that nobody else has; what one has already counts, and is renewed.

        Args:
            keys: What is wanted, the most urgent first.
            holder: Who asks.
            tab: Which of their screens. What another tab of the same person has is left to that tab.
            most: How many to take.
            seconds: How long the claim lasts without being renewed.

        Returns:
            The keys now held, in the order wanted.
        """
        with self._act() as do:
            now, held = self._now(), self._held(do)
            mine = [k for k in keys if k not in held or (held[k].holder, held[k].tab) == (holder, tab)][:most]
            for key in mine:
                since = held[key].claimed_at if key in held else now
                self._put(do, key, holder, tab, since, now + seconds)
            return mine

    def take(self, key: str, *, holder: str, tab: str = "", seconds: float = CLAIM_S) -> Claim | None:
        """Take one thing by name, also from another tab of the same person; None, or the claim that is in the way."""
        with self._act() as do:
            now, held = self._now(), self._held(do)
            other = held.get(key)
            if other is not None and other.holder != holder:
                return other
            self._put(do, key, holder, tab, other.claimed_at if other else now, now + seconds)
            return None

    def renew(self, keys: Sequence[str], *, holder: str, tab: str = "", seconds: float = CLAIM_S) -> list[str]:
        """Keep what one has for another while; the keys that are still one's own."""
        with self._act() as do:
            now, held = self._now(), self._held(do)
            mine = [k for k in keys if k in held and (held[k].holder, held[k].tab) == (holder, tab)]
            for key in mine:
                self._put(do, key, holder, tab, held[key].claimed_at, now + seconds)
            return mine

    def release(self, keys: Sequence[str], *, holder: str) -> None:
        """Let go of what one has; what is somebody else's stays."""
        with self._act() as do:
            held = self._held(do)
            for key in keys:
                if key in held and held[key].holder == holder:
                    do("desk_drop_claim", claim_key=key)

    def claims(self) -> list[Claim]:
        """All claims that hold now, the oldest first."""
        with self._act() as do:
            return list(self._held(do).values())

    # ---- pulses ------------------------------------------------------------------------------------------------

    def beat(self, key: str, state: Mapping[str, Any], *, kind: str = "run") -> Wish:
        """Say that a piece of work is alive and where it stands; hear what people want of it.

        Args:
            key: Its name.
            state: Anything JSON can hold; replaces what was said before.
            kind: What sort of work it is.
        """
        with self._act() as do:
            now = self._now()
            found = {row[0]: row for row in do("desk_pulses")}
            for old, row in found.items():
                if now - row[3] > KEPT_S:
                    self._forget(do, old)
            started, wish = (found[key][2], found[key][5]) if key in found else (now, None)
            do("desk_drop_pulse", pulse_key=key)
            do(
                "desk_put_pulse", pulse_key=key, kind=kind, started_at=started, beat_at=now,
                state=json.dumps(state, ensure_ascii=True, default=str),
            )  # fmt: skip
            return wish or "go"

    def wish(self, key: str, wish: Wish, *, by: str) -> None:
        """Ask a piece of work to pause, to go on, or to stop; it hears it with its next beat."""
        with self._act() as do:
            do("desk_drop_wish", pulse_key=key)
            do("desk_put_wish", pulse_key=key, wish=wish, wished_by=by, wished_at=self._now())

    def end(self, key: str) -> None:
        """Forget a piece of work: it is over, and the lake knows how."""
        with self._act() as do:
            self._forget(do, key)

    def pulses(self, *, kind: str = "run") -> list[Pulse]:
        """The work that was begun and not ended, newest first, dead or alive."""
        with self._act() as do:
            now = self._now()
            return [
                Pulse(
                    key=key, kind=what, started_at=started, beat_at=beat, state=json.loads(state), wish=wish or "go",
                    wished_by=by, silent_s=max(0.0, now - beat),
                )
                for key, what, started, beat, state, wish, by in do("desk_pulses")
                if what == kind
            ]  # fmt: skip

    # ---- inside ------------------------------------------------------------------------------------------------

    def _held(self, do: Execute) -> dict[str, Claim]:
        now, held = self._now(), {}
        for key, holder, tab, claimed_at, expires_at in do("desk_claims"):
            if expires_at <= now:
                do("desk_drop_claim", claim_key=key)
            else:
                held[key] = Claim(key=key, holder=holder, tab=tab, claimed_at=claimed_at, expires_at=expires_at)
        return held

    @staticmethod
    def _put(do: Execute, key: str, holder: str, tab: str, claimed_at: float, expires_at: float) -> None:
        do("desk_drop_claim", claim_key=key)
        do("desk_put_claim", claim_key=key, holder=holder, tab=tab, claimed_at=claimed_at, expires_at=expires_at)

    @staticmethod
    def _forget(do: Execute, key: str) -> None:
        do("desk_drop_pulse", pulse_key=key)
        do("desk_drop_wish", pulse_key=key)

    def _act(self) -> contextlib.AbstractContextManager[Execute]:
        return self._in_sqlite() if self.settings.catalogue_is_local else self._in_postgres()

    @contextlib.contextmanager
    def _in_sqlite(self) -> Iterator[Execute]:
        path = self.settings.catalogue + ".desk"
        try:
            if not _is_there(path):
                self._make(path)
            with contextlib.closing(
                sqlite3.connect(path, timeout=self.settings.lake_wait_s, isolation_level=None)
            ) as session:
                session.execute("PRAGMA synchronous = NORMAL")
                session.executescript(statement("desk_tables", at=""))
                session.execute("BEGIN IMMEDIATE")
                try:
                    yield lambda name, **values: session.execute(statement(name, at=""), values).fetchall()
                    session.execute("COMMIT")
                except BaseException:
                    if session.in_transaction:
                        session.execute("ROLLBACK")
                    raise
        except (sqlite3.Error, OSError) as error:
            if "full" in str(error) or "No space" in str(error):
                raise StorageFull("the disk is full", where=path) from error
            allowed = "a folder this user may write to"
            raise LakeError(f"cannot be used ({error})", where=path, allowed=allowed) from error

    def _make(self, path: str) -> None:
        """Put a new file in its place, in turn, its journal set: that is refused once somebody else has it open."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with turn(self.settings, where="desk"):
            if _is_there(path):  # made by another while this one waited
                return
            made = Path(f"{path}.new")
            made.unlink(missing_ok=True)  # of one who died here
            with contextlib.closing(sqlite3.connect(made, isolation_level=None)) as session:
                session.execute("PRAGMA journal_mode = WAL")
            made.replace(path)

    @contextlib.contextmanager
    def _in_postgres(self) -> Iterator[Execute]:
        from workbench.lake.connect import postgres_session, roll_back

        # the lake's own turn keeps two people from taking one image: PostgreSQL would let both look before one writes
        opened = contextlib.closing(postgres_session(self.settings, name="desk"))
        with turn(self.settings, where="desk"), opened as session:
            session.begin()
            try:
                session.execute(statement("desk_tables", at="desk."))
                yield lambda name, **values: session.execute(statement(name, at="desk."), values or None).fetchall()
                session.commit()
            except BaseException:
                roll_back(session)
                raise


def _is_there(path: str) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return Path(path).stat().st_size > 0
    return False
