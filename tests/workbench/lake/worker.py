"""One process at work on a lake, driven by a test: ``python worker.py JOB WORKSPACE NAME COUNT``.

It says on its standard output what it has done, one line each, so that the test can wait for it.
"""

import sys
from pathlib import Path

from conftest import EVENTS, outcome

from workbench import lake

HERE = Path(__file__).parent


def say(*words):
    print(*words, flush=True)


def write(workspace, name, count):
    """COUNT commits of two images each; a commit is announced after it returned."""
    with lake.open(workspace) as store:
        say("open")
        for number in range(count):
            ids = [f"{name}-{number}-{part}" for part in "ab"]
            store.append_results([outcome(i) for i in ids], run_id=f"run-{name}", spec_name="spec")
            say(*ids)


def same(workspace, name, count):
    """COUNT commits of keys that other processes append at the same time; how many were new here comes last."""
    with lake.open(workspace) as store:
        say("open")
        sys.stdin.readline()  # all begin together
        new = 0
        for number in range(count):
            new += store.append_results([outcome(f"shared-{number}")], run_id="run", spec_name="spec")
        say(new)


def read(workspace, name, count):
    """Read until a line comes in; every answer must be whole: nothing lost since, nothing twice, nothing half."""
    import select

    seen, reads = 0, 0
    with lake.open(workspace, read_only=True) as store:
        say("open")
        while not select.select([sys.stdin], [], [], 0)[0]:
            row = store.query(HERE / "wholeness.sql").row(0, named=True)
            assert row["results"] >= seen, (row, seen)
            assert row["results"] == row["distinct_results"] == row["run_results"], row
            assert row["step_events"] == EVENTS * row["results"], row
            seen, reads = row["results"], reads + 1
    say(reads, seen)


def first(workspace, name, count):
    """Open a lake that may not be there yet, as soon as told."""
    say("ready")
    sys.stdin.readline()
    with lake.open(workspace) as store:
        say(store.append_results([outcome(name)], run_id="run", spec_name="spec"))


if __name__ == "__main__":
    job, workspace, name, count = sys.argv[1:]
    {"write": write, "same": same, "read": read, "first": first}[job](workspace, name, int(count))
