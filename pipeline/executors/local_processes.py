"""Runs tasks in worker processes on this machine; a task that hangs or kills its worker fails alone.

Another executor (a cluster, say) only has to offer the same ``room``, ``submit`` and ``collect``: results must not
depend on where they ran.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import wait
from typing import Any

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """Why a task gave no result: ``kind`` is ``Timeout``, ``Crash`` or the class of the exception it raised."""

    kind: str
    reason: str


class LocalProcesses:
    """A pool of single-threaded worker processes, started when first needed; use it as a context manager.

    Args:
        function: What a worker does with a task; importable, so that a worker can find it.
        workers: How many at once, at least 1.
        timeout_s: A task that runs longer is ended and reported as ``Timeout``.
    """

    def __init__(self, function: Callable[[Any], Any], *, workers: int, timeout_s: float) -> None:
        self.function, self.workers, self.timeout_s = function, max(1, workers), timeout_s
        self._idle: list[_Worker] = []
        self._busy: dict[Any, _Worker] = {}
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([function.__module__])
        before = dict(os.environ)
        os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))  # the libraries read it when the workers import them
        try:
            forkserver.ensure_running()
        finally:
            os.environ.clear()
            os.environ.update(before)

    def __enter__(self) -> LocalProcesses:
        return self

    def __exit__(self, *_error) -> None:
        for worker in (*self._idle, *self._busy.values()):
            worker.kill()
        self._idle, self._busy = [], {}

    @property
    def busy(self) -> int:
        """How many tasks are in hand."""
        return len(self._busy)

    @property
    def room(self) -> bool:
        """Whether a worker is free."""
        return len(self._busy) < self.workers

    def submit(self, task: Any) -> None:
        """Give a task to a free worker; look at ``room`` first."""
        worker = self._idle.pop() if self._idle else None
        if worker is None or not worker.process.is_alive():
            worker = _Worker(self._context, self.function)
        worker.give(task)
        self._busy[worker.pipe] = worker

    def collect(self, *, wait_s: float = 0.5) -> list[tuple[Any, Any]]:
        """(task, result or TaskFailed) of the tasks that ended, waiting at most ``wait_s`` for the first."""
        ended: list[tuple[Any, Any]] = []
        if not self._busy:
            return ended
        for pipe in wait(list(self._busy), timeout=wait_s):
            worker = self._busy.pop(pipe)
            task, result, alive = worker.take()
            if alive:
                self._idle.append(worker)
            ended.append((task, result))
        now = time.monotonic()
        for pipe, worker in list(self._busy.items()):
            if now - worker.started > self.timeout_s and not pipe.poll():
                del self._busy[pipe]
                worker.kill()
                ended.append((worker.task, TaskFailed("Timeout", f"gave no result within {self.timeout_s:g} s")))
        return ended


class _Worker:
    def __init__(self, context, function) -> None:
        self.pipe, far = context.Pipe()
        self.process = context.Process(target=_serve, args=(far, function), daemon=True)
        self.process.start()
        far.close()
        self.task: Any = None
        self.started = 0.0

    def give(self, task: Any) -> None:
        self.task, self.started = task, time.monotonic()
        self.pipe.send(task)

    def take(self) -> tuple[Any, Any, bool]:
        try:
            ok, value = self.pipe.recv()
        except (EOFError, OSError):
            self.process.join(5)
            return self.task, TaskFailed("Crash", _death(self.process.exitcode)), False
        return self.task, value if ok else TaskFailed(*value), True

    def kill(self) -> None:
        self.pipe.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()


def _death(code: int | None) -> str:
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        hint = " (out of memory?)" if name == "SIGKILL" else ""
        return f"the worker process was ended by {name}{hint}"
    return f"the worker process ended with code {code}"


def _serve(pipe, function) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: work in hand is finished
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, function(task))
        except Exception as error:  # the boundary of a worker: everything becomes a record
            answer = (False, (type(error).__name__, str(error) or repr(error)))
        pipe.send(answer)
