"""Back-test of a policy over 1 million images in the lake: lanes, rework, hours, turnaround, cost; prints JSON.

    .venv/bin/python tests/benchmarks/policy_backtest.py --workspace DIR [--images 1000000]

The images are made once and stay in DIR (40 MB). ``from_the_lake``: everything, from stored rows to figures.
``from_memory``: other limits over the groups the app keeps while the lake is unchanged, as each move of a slider.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from pathlib import Path

from workbench import lake
from workbench.jobs.replay_set import Scope, replay_set
from workbench.routing.backtest import backtest
from workbench.routing.policy import load_policy
from workbench.routing.revise_policy import revise_policy
from workbench.routing.threshold_trial import with_risk_lane

SCOPE = Scope(set_id="year", simulated=True)


def fill(workspace: Path, images: int) -> None:
    """Make the images, once."""
    with lake.open(workspace) as store:
        if store.query("replay_groups", SCOPE.params()).height:
            return
        text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").replace("{images}", str(images))
        store._mine().execute(text)


def measure(workspace: Path, repeats: int = 5) -> dict:
    """Seconds of both."""
    policy = load_policy("first")
    other = revise_policy(policy, version=2, max_risk={"apparel": 0.31, "footwear": 0.27})
    whole, cores, quick = [], [], []
    with lake.open(workspace, read_only=True) as store:
        replay_set(store, policy, SCOPE)
        for _ in range(repeats):
            start, busy = time.perf_counter(), time.process_time()
            found = replay_set(store, other, SCOPE)
            whole.append(time.perf_counter() - start)
            cores.append(time.process_time() - busy)
        groups = store.query("replay_groups", SCOPE.params())
        for _ in range(repeats):
            start = time.perf_counter()
            again = backtest(with_risk_lane(groups, other), other)
            quick.append(time.perf_counter() - start)
    assert again.after.lanes == found.after.lanes
    return {
        "images": found.images,
        "changed": found.changed,
        "from_the_lake_s": round(statistics.median(whole), 2),
        "from_the_lake_core_s": round(statistics.median(cores), 2),
        "from_memory_s": round(statistics.median(quick), 3),
        "groups": groups.height,
        "load_average": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", required=True, type=Path)
    parser.add_argument("--images", type=int, default=1_000_000)
    given = parser.parse_args()
    fill(given.workspace, given.images)
    print(json.dumps(measure(given.workspace), indent=1))
