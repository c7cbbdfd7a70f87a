"""Several real processes on one lake: nothing lost, nothing twice, nothing half, whoever dies."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workbench import lake

HERE = Path(__file__).parent
COMMITS = 60


class Workers:
    """Starts worker.py and kills what is left of it."""

    def __init__(self, workspace):
        self.workspace, self.started = workspace, []

    def start(self, job, name="", count=0):
        process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), job, str(self.workspace), name, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.started.append(process)
        return process


@pytest.fixture
def workers(workspace):
    made = Workers(workspace)
    yield made
    for process in made.started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def tell(process):
    process.stdin.write("\n")
    process.stdin.flush()


def finish(process):
    """What it had left to say; it must end well."""
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return out.split("\n")[:-1]


def ids(store):
    return set(store.query("images", {"limit": 10_000, "offset": 0})["image_id"])


def test_two_write_while_a_third_reads(workers, workspace):
    with lake.open(workspace):
        pass
    reader = workers.start("read")
    assert reader.stdout.readline() == "open\n"
    writers = [workers.start("write", name, COMMITS) for name in ("left", "right")]
    for writer in writers:
        finish(writer)
    tell(reader)
    (said,) = finish(reader)
    reads, seen = map(int, said.split())
    assert reads > 1
    assert seen <= 4 * COMMITS
    with lake.open(workspace, read_only=True) as store:
        assert ids(store) == {f"{w}-{n}-{p}" for w in ("left", "right") for n in range(COMMITS) for p in "ab"}
        assert store.query("duplicate_keys").is_empty()
        whole = store.query(HERE / "wholeness.sql").row(0, named=True)
    assert whole["results"] == whole["run_results"] == 4 * COMMITS


def test_the_same_keys_from_two_processes_end_as_one_row_each(workers, workspace):
    with lake.open(workspace):
        pass
    writers = [workers.start("same", str(n), 40) for n in range(2)]
    for writer in writers:
        assert writer.stdout.readline() == "open\n"
    for writer in writers:
        tell(writer)
    new = [int(finish(writer)[-1]) for writer in writers]
    assert sum(new) == 40
    with lake.open(workspace, read_only=True) as store:
        assert store.query("duplicate_keys").is_empty()
        assert store.query(HERE / "wholeness.sql").row(0) == (40, 40, 40, 120)


def test_a_writer_killed_in_the_middle_leaves_a_whole_lake_and_gives_its_turn_back(workers, workspace):
    kills = 6
    for kill in range(kills):
        victim = workers.start("write", "victim", COMMITS)
        assert victim.stdout.readline() == "open\n"
        said = [victim.stdout.readline().split() for _ in range(kill * 3 + 1)]
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        announced = {image for line in [*said, *(line.split() for line in victim.stdout)] for image in line}
        with lake.open(workspace) as store:
            assert announced <= ids(store)
            assert store.query("duplicate_keys").is_empty()
            whole = store.query(HERE / "wholeness.sql").row(0, named=True)
            assert whole["results"] == whole["run_results"]
            assert whole["step_events"] == 3 * whole["results"]
    finish(workers.start("write", "victim", COMMITS))  # the same work again, to its end
    with lake.open(workspace) as store:
        assert store.query(HERE / "wholeness.sql").row(0) == (2 * COMMITS, 2 * COMMITS, 2 * COMMITS, 6 * COMMITS)
        assert store.query("duplicate_keys").is_empty()


def test_several_processes_may_make_the_lake_at_once(workers, workspace):
    processes = [workers.start("first", f"p{n}") for n in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        tell(process)
    assert [finish(process)[-1] for process in processes] == ["1"] * 4
    with lake.open(workspace) as store:
        assert ids(store) == {"p0", "p1", "p2", "p3"}
        assert store.query(HERE / "versions.sql").height == 1


def test_compaction_while_others_write_and_read(workers, workspace):
    with lake.open(workspace) as store:
        reader, writer = workers.start("read"), workers.start("write", "w", COMMITS)
        assert reader.stdout.readline() == "open\n"
        for _ in range(3):
            for _ in range(COMMITS // 4):
                assert writer.stdout.readline()
            store.compact(keep_days=0)
        finish(writer)
        tell(reader)
        finish(reader)
        store.compact(keep_days=0)
        assert store.query(HERE / "wholeness.sql").row(0) == (2 * COMMITS, 2 * COMMITS, 2 * COMMITS, 6 * COMMITS)
