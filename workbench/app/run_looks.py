"""Looks at sets beside the pages: one thread a set, its progress and what it found seen by every browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from workbench.app.data import settings
from workbench.domain.errors import WorkbenchError
from workbench.jobs.look_at_set import LookCancelled, SetLook, look_at_set

KEPT = 12
FRESH_S = 600.0  # a folder changes; later it is looked at again


@dataclass(slots=True)
class Look:
    """One look at a set, going on or over."""

    source: str
    set_name: str | None
    begun: float = field(default_factory=time.monotonic)
    done: int = 0
    total: int | None = None
    found: SetLook | None = None
    problem: Exception | None = None
    cancelled: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def going_on(self) -> bool:
        """Whether it has not ended."""
        return self.found is None and self.problem is None and not self.cancelled

    def wait(self, seconds: float) -> None:
        """Give it a moment to end."""
        self._ended.wait(seconds)

    def cancel(self) -> None:
        """Stop looking."""
        self._stop.set()

    def run(self) -> None:
        """Look; in a thread of its own."""

        def note(done: int, total: int) -> None:
            self.done, self.total = done, total

        try:
            self.found = look_at_set(
                self.source, settings=settings(), name=self.set_name, on_progress=note, stopping=self._stop.is_set
            )
        except LookCancelled:
            self.cancelled = True
        except WorkbenchError as problem:
            self.problem = problem
        except Exception as problem:  # the thread's boundary: the page says what happened
            self.problem = problem
        finally:
            self._ended.set()


class Looks:
    """The looks of this server."""

    def __init__(self, start: Callable[[Look], None]) -> None:
        self._start, self._lock = start, threading.Lock()
        self._looks: dict[tuple[str, str | None], Look] = {}

    def at(self, source: str, set_name: str | None, *, again: bool = False) -> Look:
        """The look at a set; begun if there is none that is fresh."""
        key = (source, set_name)
        with self._lock:
            look = self._looks.get(key)
            stale = look is not None and not look.going_on and time.monotonic() - look.begun > FRESH_S
            if look is None or stale or (again and not look.going_on):
                self._looks.pop(key, None)
                look = self._looks[key] = Look(source, set_name)
                for old in list(self._looks)[:-KEPT]:
                    self._looks.pop(old).cancel()
                self._start(look)
            return look


@st.cache_resource
def looks() -> Looks:
    """The looks of this server, one list for all browsers."""
    return Looks(lambda look: threading.Thread(target=look.run, daemon=True, name="look-at-set").start())
