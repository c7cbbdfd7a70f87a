"""One photo's work in a process of its own: followed, limited in time, ended when nobody wants it any more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 2  # a preview and one trace beside a run; more would only make everyone wait longer
_ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
_room = threading.BoundedSemaphore(AT_ONCE)
_LAST = ("computation", "trace", "failed")


class OwnProcess:
    """A task for `photo_worker`, started at once or when there is room; any thread may look at it.

    Args:
        task: What the worker is to do.
        timeout_s: It is ended when it takes longer.
        on_message: Called with each message, from another thread.
    """

    def __init__(
        self, task: Mapping[str, Any], *, timeout_s: float, on_message: Callable[[dict], None] = lambda message: None
    ) -> None:
        self.task, self.timeout_s, self.on_message = dict(task), timeout_s, on_message
        self.answer: dict[str, Any] | None = None
        self.failure: str | None = None
        self.started: float | None = None
        self._stopped = self._late = False
        self._process: subprocess.Popen | None = None
        self._done = threading.Event()
        threading.Thread(target=self._follow, daemon=True, name="own-process").start()

    @property
    def done(self) -> bool:
        """Whether there is an answer or a failure."""
        return self._done.is_set()

    @property
    def seconds(self) -> float:
        """Since it was started; 0 while it waits for room."""
        return 0.0 if self.started is None else time.monotonic() - self.started

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; whether it came."""
        return self._done.wait(timeout_s)

    def stop(self) -> None:
        """End it; nothing half-made is left."""
        self._stopped = True
        if self._process is not None:
            self._process.kill()

    def _follow(self) -> None:
        try:
            with _room:
                if not self._stopped:
                    self._run()
        except (OSError, ValueError) as error:
            self.failure = f"the process could not be run: {error}"
        finally:
            if self.answer is None and self.failure is None:
                self.failure = "it was stopped"
            self._done.set()

    def _run(self) -> None:
        self.started = time.monotonic()
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        with tempfile.TemporaryFile() as complaints:
            self._process = process = subprocess.Popen(
                [sys.executable, "-m", "workbench.jobs.photo_worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=complaints, text=True, env={**os.environ, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join(paths)},
            )  # fmt: skip
            if self._stopped:  # asked for while it was being started
                process.kill()
            alarm = threading.Timer(self.timeout_s, self._too_late)
            alarm.daemon = True
            alarm.start()
            try:
                process.stdin.write(json.dumps(self.task) + "\n")
                process.stdin.flush()  # it stays open: the worker ends when we do
                for line in process.stdout:
                    self._take(json.loads(line))
            except BrokenPipeError:
                self.failure = None  # it died at once; its exit code says how
            finally:
                alarm.cancel()
                process.kill() if self.answer is None else process.stdin.close()
                code = process.wait()
            if self.answer is None and self.failure is None:
                complaints.seek(0)
                self.failure = self._why(code, complaints.read().decode("utf-8", "replace"))

    def _take(self, message: dict[str, Any]) -> None:
        if "failed" in message:
            self.failure = message["failed"]
        elif any(name in message for name in _LAST):
            self.answer = message
        self.on_message(message)

    def _too_late(self) -> None:
        self._late = True
        self._process.kill()

    def _why(self, code: int, complaints: str) -> str:
        if self._late:
            return f"it gave no result within {self.timeout_s:g} s"
        if self._stopped:
            return "it was stopped"
        last = next((line for line in reversed(complaints.splitlines()) if line.strip()), "")
        hint = " (out of memory?)" if code == -9 else ""
        return f"the process ended with code {code}{hint}{': ' + last[:300] if last else ''}"
