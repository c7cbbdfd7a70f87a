"""Milliseconds of the QA board's two acts, with no page around them: the next image, and a verdict.

    .venv/bin/python tests/benchmarks/qa_verdict.py [--images 165 20000] [--verdicts 25] [--real WORKSPACE]

Prints JSON. The lakes are simulated (no files move); ``--real`` judges in a copy of a finished workspace, links
included. The first of each is left out: it warms the connection up.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.simulated_lake import fill  # noqa: E402
from workbench import lake  # noqa: E402
from workbench.jobs.judge_image import judge_image  # noqa: E402
from workbench.jobs.qa_queue import QueueFilters, next_images, queue_counts, take_image  # noqa: E402
from workbench.jobs.tally_verdicts import tally_verdicts  # noqa: E402
from workbench.jobs.undo_verdict import undo_verdict  # noqa: E402
from workbench.lake.desk import Desk  # noqa: E402
from workbench.settings import load  # noqa: E402

MOST = 3


def measure(workspace: Path, verdicts: int) -> dict[str, dict[str, float]]:
    """Judge so many images of a workspace one after the other, with one reader and one writer that stay open."""
    settings = load({}, workspace=workspace)
    filters = QueueFilters(include_simulated=True)
    took: dict[str, list[float]] = {}

    def timed(name: str, act: Callable[..., Any], *args: object, **said: object) -> Any:
        began = time.perf_counter()
        answer = act(*args, **said)
        took.setdefault(name, []).append(1000 * (time.perf_counter() - began))
        return answer

    with lake.open(settings, read_only=True) as reader, lake.open(settings) as writer:
        desk = Desk(settings)
        began = writer.runs()["started_at"].min()
        for number in range(verdicts + 1):
            item = timed("next_images", next_images, reader, desk, "bench", "tab", filters, MOST)[0]
            verdict, reasons = (("approved", ()), ("rework", ("halo",)))[number % 2]
            said = {"verdict": verdict, "reasons": reasons, "token": str(number), "tab": "tab", "active_seconds": 5.0}
            judged = timed("judge_image", judge_image, writer, desk, item, person_id="bench", **said)
            timed("tally_verdicts", tally_verdicts, reader, "bench", began)
            if number % 5 == 0:
                timed("queue_counts", queue_counts, reader, filters)
                timed("undo_verdict", undo_verdict, writer, desk, judged.review_id, "bench", tab="tab")
                timed("take_image", take_image, reader, desk, item.set_id, item.image_id, "bench", "tab")
    return {name: _summary(values[1:]) for name, values in took.items()}


def _summary(values: list[float]) -> dict[str, float]:
    worst = sorted(values)[max(0, round(0.95 * len(values)) - 1)]
    return {"n": len(values), "median_ms": round(statistics.median(values), 1), "p95_ms": round(worst, 1)}


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, nargs="*", default=[165, 20_000])
    parser.add_argument("--verdicts", type=int, default=25)
    parser.add_argument("--real", type=Path, help="a finished workspace; it is copied first")
    given = parser.parse_args()
    found: dict[str, object] = {"benchmark": "qa_verdict", "verdicts": given.verdicts}
    with tempfile.TemporaryDirectory() as folder:
        for images in given.images:
            workspace = Path(folder, str(images))
            fill(workspace, images)
            found[f"simulated_{images}"] = measure(workspace, given.verdicts)
        if given.real:
            workspace = Path(folder, "real")
            shutil.copytree(given.real, workspace)
            found["real"] = measure(workspace, given.verdicts)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
