"""Real worker processes: a task that hangs, dies or raises fails alone."""

import math
import os
import signal
import time

import pytest

from pipeline.executors.local_processes import LocalProcesses, TaskFailed


def drain(pool: LocalProcesses, tasks):
    ended = []
    for task in tasks:
        while not pool.room:
            ended += pool.collect()
        pool.submit(task)
    while pool.busy:
        ended += pool.collect()
    return ended


def test_every_task_comes_back_once():
    with LocalProcesses(math.factorial, workers=2, timeout_s=60) as pool:
        ended = drain(pool, range(40))
    assert sorted(ended) == [(n, math.factorial(n)) for n in range(40)]


def test_an_exception_becomes_a_record_and_the_worker_lives_on():
    with LocalProcesses(math.sqrt, workers=1, timeout_s=60) as pool:
        ended = dict(drain(pool, [4, -1, 9]))
    assert ended[4] == 2 and ended[9] == 3
    assert ended[-1].kind == "ValueError"


def test_a_hanging_task_is_ended_and_the_rest_goes_on():
    with LocalProcesses(time.sleep, workers=2, timeout_s=1.0) as pool:
        ended = dict(drain(pool, [3600, 0.0, 0.01]))
    assert ended[0.0] is None and ended[0.01] is None
    assert ended[3600] == TaskFailed("Timeout", "gave no result within 1 s")


@pytest.mark.parametrize(("code", "words"), [(7, "code 7"), (0, "code 0")])
def test_a_worker_that_ends_fails_only_its_task(code, words):
    with LocalProcesses(os._exit, workers=1, timeout_s=60) as pool:
        ended = drain(pool, [code, code])
    assert [task for task, _ in ended] == [code, code]
    assert all(failed.kind == "Crash" and words in failed.reason for _, failed in ended)


def test_a_killed_worker_is_named_with_its_signal_and_replaced():
    with LocalProcesses(time.sleep, workers=1, timeout_s=60) as pool:
        pool.submit(3600)
        (worker,) = pool._busy.values()
        os.kill(worker.process.pid, signal.SIGKILL)
        ((_, failed),) = pool.collect(wait_s=30)
        assert failed.kind == "Crash" and "SIGKILL" in failed.reason
        assert drain(pool, [0.0]) == [(0.0, None)]


def test_a_worker_that_died_while_idle_is_replaced():
    with LocalProcesses(math.factorial, workers=1, timeout_s=60) as pool:
        drain(pool, [3])
        (worker,) = pool._idle
        worker.process.kill()
        worker.process.join()
        assert drain(pool, [4]) == [(4, 24)]


def test_leaving_ends_the_workers():
    with LocalProcesses(time.sleep, workers=2, timeout_s=60) as pool:
        pool.submit(3600)
        pool.submit(3600)
        processes = [worker.process for worker in pool._busy.values()]
    assert not any(process.is_alive() for process in processes)
