"""A generated year of a producer, and how long each metric and each query of the overview takes over it.

    .venv/bin/python tests/benchmarks/producer_year.py --workspace DIR --images 1400000

14,000,000 images are a year: 140 million step events and about 4 million verdicts. Rows are made by SQL, marked as
simulated, and narrower than real ones where no query looks (attributes, artefacts). Prints JSON; the workspace is
yours to delete. p95 is the slowest of ``--repeats`` runs after one to warm up.
"""

from __future__ import annotations

import argparse
import calendar
import json
import statistics
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from workbench import lake, metrics
from workbench.domain.errors import WorkbenchError
from workbench.settings import load

YEAR = 2025
ROWS = Path(__file__).with_suffix(".sql")
PAGE_QUERIES = ("app_counts", "app_waiting", "choices", "runs", "app_images")
LAST_MONTH = datetime(YEAR, 12, 1, tzinfo=UTC)


def fill(store, images: int) -> None:
    """Twelve months, one after the other."""
    connection, first = store._mine(), 0
    for month in range(1, 13):
        count = images * month // 12 - first
        places = {
            "first": first, "images": count, "day": f"{YEAR}-{month:02d}-01",
            "days": calendar.monthrange(YEAR, month)[1], "month": f"{month:02d}",
        }  # fmt: skip
        text = ROWS.read_text(encoding="utf-8")
        for name, value in places.items():
            text = text.replace("{" + name + "}", str(value))
        connection.begin()
        connection.execute(text)
        connection.commit()
        first += count


def timed(store, ask, *, repeats: int, limit_s: float) -> dict[str, float | str | int]:
    """Seconds of a query: median and slowest of so many runs; or why there are none."""
    seconds = []
    for number in range(repeats + 1):
        timer = threading.Timer(limit_s, store._mine().interrupt)
        timer.start()
        started = time.perf_counter()
        try:
            rows = ask().height
        except WorkbenchError as error:
            return {"over_s": limit_s} if "INTERRUPT" in str(error).upper() else {"error": str(error)[:200]}
        finally:
            timer.cancel()
        took = time.perf_counter() - started
        if number or took > limit_s / 4:  # the first one warms up; a slow one is not repeated
            seconds.append(took)
        if took > limit_s / 4:
            break
    return {"median_s": round(statistics.median(seconds), 3), "p95_s": round(max(seconds), 3), "rows": rows}


def main() -> None:
    """Fill the lake if it is empty, then time everything over the year and over its last month."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", required=True, type=Path)
    parser.add_argument("--images", type=int, default=1_400_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--limit-s", type=float, default=40.0)
    given = parser.parse_args()
    found: dict[str, object] = {"images": given.images}
    with lake.open(load(workspace=given.workspace)) as store:
        if not store.query("history_is_there", {"set_id": "year-01"}).item():
            started = time.perf_counter()
            fill(store, given.images)
            found["fill_s"] = round(time.perf_counter() - started, 1)
        found["disk_mb"] = round(sum(f.stat().st_size for f in given.workspace.rglob("*") if f.is_file()) / 1e6)
        how = {"repeats": given.repeats, "limit_s": given.limit_s}
        for period, narrowed in (("year", {}), ("last month", {"since": LAST_MONTH})):
            asked = {"include_simulated": True, **narrowed}
            told = {
                name: timed(store, lambda name=name, asked=asked: metrics.report(store, name, asked), **how)
                for name in metrics.catalogue()
            }
            page = {**asked, "limit": 200, "sort": "newest", "down": True, "skip": 0, "take": 60}
            told |= {
                name: timed(store, lambda name=name, page=page: store.query(name, page), **how) for name in PAGE_QUERIES
            }
            found[period] = dict(sorted(told.items(), key=lambda one: -one[1].get("p95_s", 1e9)))
            print(json.dumps({period: found[period]}), flush=True)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
