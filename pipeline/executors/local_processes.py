"""Runs tasks in worker processes on this machine; a task that hangs or kills its worker fails alone.

Another executor (a cluster, say) only has to offer the same ``map``: results must not depend on where they ran.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """Why a task gave no result: ``kind`` is ``Timeout``, ``Crash`` or the class of the exception it raised."""

    kind: str
    reason: str


class LocalProcesses:
    """A pool of single-threaded worker processes.

    Args:
        workers: How many at once, at least 1.
        timeout_s: A task that runs longer is ended and reported as ``Timeout``.
    """

    def __init__(self, workers: int, timeout_s: float) -> None:
        self.workers = max(1, workers)
        self.timeout_s = timeout_s
        for name in _ONE_THREAD:  # read by the libraries when the workers import them
            os.environ.setdefault(name, "1")
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["pipeline.compute"])

    def map(
        self, function: Callable[[Any], Any], tasks: Iterable[Any], stopping: Callable[[], bool] = lambda: False
    ) -> Iterator[tuple[Any, Any]]:
        """Yield (task, result or TaskFailed) as they finish; tasks are drawn only when a worker is free.

        A task that is None means "nothing ready yet": the pool goes on with what it has in hand.
        When ``stopping()`` turns true no more tasks are drawn; those in hand are finished.
        """
        source = iter(tasks)
        idle: list[_Worker] = []
        busy: dict[Any, _Worker] = {}
        exhausted = False
        try:
            while True:
                while not exhausted and not stopping() and len(busy) < self.workers:
                    try:
                        task = next(source)
                    except StopIteration:
                        exhausted = True
                        break
                    if task is None:
                        break
                    worker = idle.pop() if idle else None
                    if worker is None or not worker.process.is_alive():
                        worker = _Worker(self._context, function)
                    worker.give(task)
                    busy[worker.pipe] = worker
                if not busy:
                    if exhausted or stopping():
                        return
                    time.sleep(0.01)  # the source had nothing ready (a download under way)
                    continue
                deadline = min(w.started + self.timeout_s for w in busy.values())
                for pipe in wait(list(busy), timeout=max(0.0, min(deadline - time.monotonic(), 0.5))):
                    worker = busy.pop(pipe)
                    task, result, alive = worker.take()
                    if alive:
                        idle.append(worker)
                    yield task, result
                now = time.monotonic()
                for pipe, worker in list(busy.items()):
                    if now - worker.started > self.timeout_s and not pipe.poll():
                        del busy[pipe]
                        worker.kill()
                        yield worker.task, TaskFailed("Timeout", f"gave no result within {self.timeout_s:g} s")
        finally:
            for worker in (*idle, *busy.values()):
                worker.kill()


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
