"""A server of ours in the background: its number and birth are noted, so it is found, ended, and never doubled."""

from __future__ import annotations

import fcntl
import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.errors import InspectionError
from workbench.domain.process_start import end_process, process_start
from workbench.inspection.place import LOOPBACK

STOP_S = 30.0  # MongoDB writes what it holds before it ends
_LOOK_S = 0.1
_LOG_TAIL = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnServer:
    """One kind of server in one folder: ``name`` is that of its log and its note."""

    home: Path
    name: str
    start_s: float  # how long it may take to answer

    @property
    def log(self) -> Path:
        """What it says."""
        return self.home / f"{self.name}.log"

    @property
    def note(self) -> Path:
        """Its process, since when, and its port."""
        return self.home / f"{self.name}.json"

    def port(self) -> int | None:
        """Where it answers; None when it does not run. A process number given to another program does not count."""
        try:
            known = json.loads(self.note.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return known["port"] if process_start(known["pid"]) == known["since"] else None

    def start(
        self, command: Callable[[int], Sequence[str]], *, environment: Mapping[str, str], port: int | None = None
    ) -> int:
        """Start it, or find it running; the port at which it answers.

        Args:
            command: Gives the command line for a port.
            environment: All that it is told.
            port: The port to take; any free one when left out.

        Raises:
            InspectionError: It ends at once or does not answer; with the end of its log.
        """
        with self._alone():
            if (running := self.port()) is not None:
                self._wait(running)
                return running
            chosen = port or _free_port()
            with open(self.log, "ab") as log:
                log.write(b"\n")
                try:
                    process = subprocess.Popen(
                        list(command(chosen)), env=dict(environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                        start_new_session=True, cwd=self.home,
                    )  # fmt: skip
                except OSError as error:
                    raise InspectionError(f"{self.name} cannot be started: {error}", where=str(self.log)) from error
            part = self.note.with_suffix(".partial")
            known = {"pid": process.pid, "since": process_start(process.pid), "port": chosen}
            part.write_text(json.dumps(known), encoding="utf-8")
            part.replace(self.note)
            self._wait(chosen, process)
            return chosen

    def stop(self) -> bool:
        """End it and wait until it is gone; False when it did not run."""
        with self._alone():
            if self.port() is None:
                self.note.unlink(missing_ok=True)
                return False
            pid = json.loads(self.note.read_text(encoding="utf-8"))["pid"]
            if not end_process(pid, is_gone=lambda: self.port() is None, patience_s=STOP_S):
                raise InspectionError(f"process {pid} does not end", where=str(self.note))
            self.note.unlink(missing_ok=True)
            return True

    def _wait(self, port: int, process: subprocess.Popen | None = None) -> None:
        end = time.monotonic() + self.start_s
        while time.monotonic() < end:
            if (process is not None and process.poll() is not None) or self.port() is None:
                raise InspectionError(
                    f"{self.name} ended while it was starting: {self._said()}", where=str(self.log),
                    allowed="free memory and disk, then the same again",
                )  # fmt: skip
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
                if probe.connect_ex((LOOPBACK, port)) == 0:
                    return
            time.sleep(_LOOK_S)
        words = f"{self.name} does not answer in {self.start_s:.0f} s: {self._said()}"
        raise InspectionError(words, where=str(self.log))

    def _said(self) -> str:
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return " ".join(text[-_LOG_TAIL:].split())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One start or stop at a time: two at once could start two."""
        with open(self.home / f"{self.name}.lock", "w", encoding="ascii") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]
