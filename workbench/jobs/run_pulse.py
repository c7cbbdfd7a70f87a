"""Keeps a run's pulse: says about once a second where it stands, and hears what people want of it."""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from workbench.domain.errors import LakeError, StorageFull, WorkbenchError
from workbench.lake.desk import SILENT_S, Claim, Desk, Wish

BEAT_S = 1.0
KIND = "run"


class RunGoesOn(WorkbenchError):
    """The same run is being worked on by another process; two of them would do everything twice."""


class RunPulse:
    """Holds a task so that no second process begins it, and beats while the block lasts.

    Args:
        desk: Where the pulse is felt.
        task: Name of what is done: two starts of the same thing have the same.
        by: Who started it; default: the user of this process.
    """

    def __init__(self, desk: Desk, *, task: str, by: str | None = None) -> None:
        self.desk, self.task, self.by = desk, f"run/{task}", by or user_name()
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.wish: Wish = "go"
        self.trouble: WorkbenchError | None = None  # of the last beat; a beat that is missed harms nothing
        self._key: str | None = None
        self._state: Callable[[], Mapping[str, Any]] = dict
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="run-pulse", daemon=True)

    def __enter__(self) -> RunPulse:
        for _ in range(2):
            other = self.desk.take(self.task, holder=self.holder, seconds=SILENT_S)
            if other is None:
                self._thread.start()
                return self
            if not process_gone(*other.holder.split(":")[:2]):
                break
            self.desk.release([self.task], holder=other.holder)  # its process was killed: nobody waits for it
        raise self._refusal(other)

    def start(self, key: str, state: Callable[[], Mapping[str, Any]]) -> None:
        """Beat under this name from now on; what was wished of an earlier sitting is forgotten."""
        self._state = state
        self.desk.end(key)
        self._key = key
        self._beat()

    def __exit__(self, kind, error, _trace) -> None:
        self._over.set()
        self._thread.join()
        left_open = error is not None and (
            not isinstance(error, WorkbenchError) or isinstance(error, StorageFull | LakeError)
        )
        # a full disk has no room for this either; the silence then says that the run is not going on
        with contextlib.suppress(LakeError, StorageFull):
            if self._key is not None and left_open:
                problem = str(error) or type(error).__name__
                self.desk.beat(self._key, {**self._told(), "ended": True, "problem": problem}, kind=KIND)
            elif self._key is not None:
                self.desk.end(self._key)
            self.desk.release([self.task], holder=self.holder)

    def _beat_on(self) -> None:
        while not self._over.wait(BEAT_S):
            try:
                self._beat()
                self.trouble = None
            except (LakeError, StorageFull) as trouble:  # the run itself meets the same, and says so
                self.trouble = trouble

    def _beat(self) -> None:
        self.desk.renew([self.task], holder=self.holder, seconds=SILENT_S)
        if self._key is not None:
            self.wish = self.desk.beat(self._key, self._told(), kind=KIND)

    def _told(self) -> dict[str, Any]:
        host, pid, _ = self.holder.split(":")
        return {**self._state(), "by": self.by, "host": host, "pid": int(pid), "task": self.task}

    def _refusal(self, other: Claim) -> RunGoesOn:
        host, pid, _ = other.holder.split(":")
        told = next((p for p in self.desk.pulses(kind=KIND) if p.state.get("task") == self.task), None)
        who = f" by {told.state['by']}" if told else ""
        name = f" as {told.key}" if told else ""
        since = f"{datetime.fromtimestamp(other.claimed_at, UTC):%-d %b %Y, %H:%M:%S} UTC"
        return RunGoesOn(
            f"this run is already going on{name}: started{who} on {host} (process {pid}) {since}",
            allowed="wait for it, or cancel it first: workbench runs watch, workbench runs cancel",
        )


def process_gone(host: str, pid: str | int) -> bool:
    """Whether a process of this machine has ended; False for another machine's, which cannot be asked."""
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(int(pid))


def _is_zombie(pid: int) -> bool:
    """Whether it ended and its parent has not asked how; only Linux says."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def user_name() -> str:
    """The user of this process, for a start from the command line."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user may have no name
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "somebody"
