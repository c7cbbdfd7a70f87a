"""Images per second of the default spec at 2048 px on two cores, with core-seconds per step and peak memory.

    python tests/benchmarks/throughput.py [--workers 2] [--rounds 3] [--spec marketplace_white]

The photos are renders made at 2048 px (never enlarged), one of each category. Each round is the same ten photos with
another comment in the JPEG header, so that nothing is reused. Prints JSON. The limit to compare with is 0.45 images/s:
fourteen million images a year on one small two-core machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from workbench import lake, settings
from workbench.jobs.run_set import run_set

LARGE = Path(__file__).resolve().parents[2] / "sample_data" / "large"
LIMIT_IMAGES_PER_S = 0.45


def commented(jpeg: bytes, text: str) -> bytes:
    """The same photo with a comment segment after its first marker."""
    body = text.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(body) + 2).to_bytes(2, "big") + body + jpeg[2:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--spec", default="marketplace_white")
    parser.add_argument("--photos", type=Path, default=LARGE)
    given = parser.parse_args()
    folders = sorted(given.photos.glob("*_2048"))
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "set")
        source.mkdir()
        for number in range(given.rounds):
            for folder in folders:
                data = (folder / "raw.jpg").read_bytes()
                (source / f"{number}_{folder.name}.jpg").write_bytes(commented(data, f"round {number}"))
        chosen = settings.load({}, workspace=Path(scratch, "ws"))
        at: list[float] = []
        cpu = time.process_time() + sum(os.times()[2:4])
        started = time.perf_counter()
        done = run_set(
            str(source), settings=chosen, spec=given.spec, workers=given.workers,
            on_progress=lambda progress: at.append(time.perf_counter() - started),
        )  # fmt: skip
        wall = time.perf_counter() - started
        cpu = time.process_time() + sum(os.times()[2:4]) - cpu
        with lake.open(chosen, read_only=True) as store:
            results = store.images(limit=10_000)
            peaks = [
                store.results_of(row["set_id"], row["image_id"])["peak_memory_bytes"][0]
                for row in results.iter_rows(named=True)
            ]
            events = [e for r in results["result_id"] for e in store.events_of(r).iter_rows(named=True)]
            disk = sum(p.stat().st_size for p in (chosen.workspace / "artefacts").rglob("*") if p.is_file())
    steps: dict[str, list[float]] = defaultdict(list)
    for event in events:
        steps[f"{event['kind']}:{event['name']}"].append(event["core_seconds"])
    per_image = sum(sum(v) for v in steps.values()) / max(1, done.images)
    steady = (len(at) - 1 - len(folders)) / (at[-1] - at[len(folders)]) if len(at) > len(folders) + 1 else None
    print(json.dumps({
        "images": done.images, "failed": done.failed, "spec": given.spec, "workers": given.workers,
        "megapixels": "3.4 to 4.2", "images_per_s": round(done.images / wall, 3),
        "images_per_s_after_first_round": steady and round(steady, 3), "limit_images_per_s": LIMIT_IMAGES_PER_S,
        "core_s_per_image": round(per_image, 3), "core_s_all_processes": round(cpu, 1), "wall_s": round(wall, 1),
        "peak_worker_memory_mb": round(max(peaks) / 2**20),
        "peak_main_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "disk_mb_per_image": round(disk / 2**20 / max(1, done.images), 1),
        "median_core_s": {k: round(statistics.median(v), 4) for k, v in sorted(steps.items(), key=lambda i: -sum(i[1]))},
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
