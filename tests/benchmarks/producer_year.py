"""A generated year of a producer, and how long each metric and each query of the overview takes over it.

    .venv/bin/python tests/benchmarks/producer_year.py --workspace DIR [--images 14000000] [--only turnaround,weekly|page]

14,000,000 images are a year: 140 million step events and about 4 million verdicts. Rows are made by SQL, marked as
simulated, and narrower than real ones where no query looks (attributes, artefacts). A folder that holds months already is
filled up and used; ``--rebuild`` stores what figures are counted on. Prints a JSON line a query: seconds (median and p95) and
core-seconds, which say on a busy machine what a quiet one would take. ``page``: all that the overview page asks, one after the
other, with nothing in memory. The workspace is yours to delete.
"""

from __future__ import annotations

import argparse
import calendar
import json
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from workbench import lake, metrics
from workbench.domain.errors import WorkbenchError
from workbench.jobs.report import shop_parameters
from workbench.lake import aggregates
from workbench.operations.rates import load_rates
from workbench.settings import load

YEAR = 2025
ROWS = Path(__file__).with_suffix(".sql")
PAGE_QUERIES = ("app_counts", "app_waiting", "choices", "app_choices", "app_runs", "app_images_counted", "runs")
LISTS = {"images by risk": {"sort": "risk"}, "images by complexity": {"sort": "complexity"}, "images by SKU": {"sort": "sku"},
         "images found": {"search": "0012345"}}  # fmt: skip
PAGE_METRICS = (
    "rework_rate", "overview", "throughput_per_hour", "cost_volumes", "turnaround in calendar hours", "first_pass_yield", "escape_rate",
    "touch_minutes", "images_by_lane", "seconds_per_step", "weekly", "review_reasons", "failure_reasons",
)  # fmt: skip
# what the page asks for beside the filters; what comparing two months asks for
SHOP = shop_parameters(load_rates())
BASELINE = {"baseline_since": datetime(YEAR, 2, 1, tzinfo=UTC), "baseline_until": datetime(YEAR, 3, 1, tzinfo=UTC)}
FILTERS = {
    "none": {}, "category": {"category": "apparel"}, "brand": {"brand": "brand 7"}, "set": {"set_id": "year-05"},
    "month": {"since": datetime(YEAR, 3, 1, tzinfo=UTC), "until": datetime(YEAR, 4, 1, tzinfo=UTC)},
}  # fmt: skip


def fill(store, images: int) -> None:
    """Twelve months, one after the other; those that are there already are left alone."""
    connection, first = store._mine(), 0
    for month in range(1, 13):
        count = images * month // 12 - first
        places = {
            "first": first, "images": count, "day": f"{YEAR}-{month:02d}-01",
            "days": calendar.monthrange(YEAR, month)[1], "month": f"{month:02d}",
        }  # fmt: skip
        first += count
        if store.query("history_is_there", {"set_id": f"year-{month:02d}"}).item():
            continue
        text = ROWS.read_text(encoding="utf-8")
        for name, value in places.items():
            text = text.replace("{" + name + "}", str(value))
        connection.begin()
        connection.execute(text)
        connection.commit()


def fill_pages(store) -> None:
    """Results of 100,000 product pages in one week, two image versions of each; they are made once."""
    if not store.query("page_totals", {"include_simulated": True}).height:
        store._mine().execute(ROWS.with_name("producer_year_pages.sql").read_text(encoding="utf-8"))


def answer(store, name: str, asked: dict):
    """What one query says."""
    if name == "page":
        rows = [answer(store, query, asked) for query in PAGE_QUERIES[:-1]]
        return [*rows, *(answer(store, metric, asked) for metric in PAGE_METRICS)][-1]
    if name == "turnaround in calendar hours":  # as the page asks
        return metrics.report(store, "turnaround", asked | {"target_hours": SHOP["target_hours"]})
    if name in PAGE_QUERIES or name in LISTS:
        page = {"limit": 200, "sort": "newest", "down": True, "skip": 0, "take": 60}
        query = "app_images_counted" if name in LISTS else name
        return store.query(query, asked | page | LISTS.get(name, {}))
    more = SHOP if name == "turnaround" else BASELINE if name == "before_after" else {}
    return metrics.report(store, name, asked | more)


def timed(store, ask, *, repeats: int, limit_s: float) -> dict[str, float | str | int]:
    """Seconds of a query over so many runs, after one to warm up; or why there are none."""
    seconds, cores = [], []
    for _ in range(repeats + 1):
        timer = threading.Timer(limit_s, store._mine().interrupt)
        timer.start()
        started, busy = time.perf_counter(), time.process_time()
        try:
            rows = ask().height
        except WorkbenchError as error:
            return {"over_s": limit_s} if "INTERRUPT" in str(error).upper() else {"error": str(error)[:200]}
        finally:
            timer.cancel()
        seconds.append(time.perf_counter() - started)
        cores.append(time.process_time() - busy)
    counted, worked = (times[1:] or times for times in (seconds, cores))
    return {
        "median_s": round(float(np.median(counted)), 3), "p95_s": round(float(np.quantile(counted, 0.95)), 3),
        "core_s": round(float(np.median(worked)), 3), "runs": len(counted), "rows": rows,
    }  # fmt: skip


def main() -> None:
    """Fill the lake where months are missing, then time everything under each filter."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", required=True, type=Path)
    parser.add_argument("--images", type=int, default=14_000_000)
    parser.add_argument("--rebuild", action="store_true")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--limit-s", type=float, default=40.0)
    parser.add_argument("--filters", default=",".join(FILTERS))
    parser.add_argument("--only", help="names, separated by commas")
    given = parser.parse_args()
    how = {"repeats": given.repeats, "limit_s": given.limit_s}
    with lake.open(load(workspace=given.workspace)) as store:
        fill(store, given.images)
        fill_pages(store)
        if given.rebuild:
            started, busy = time.perf_counter(), time.process_time()
            aggregates.rebuild(store)
            took = {"s": round(time.perf_counter() - started), "core_s": round(time.process_time() - busy)}
            print(json.dumps({"rebuild": took}), flush=True)
        disk = sum(f.stat().st_size for f in given.workspace.rglob("*") if f.is_file())
        print(json.dumps({"images": given.images, "disk_mb": round(disk / 1e6)}), flush=True)
        for name in given.only.split(",") if given.only else (*metrics.catalogue(), *PAGE_QUERIES, *LISTS, "page"):
            for label in given.filters.split(","):
                asked = {"include_simulated": True, **FILTERS[label]}

                told = timed(store, lambda name=name, asked=asked: answer(store, name, asked), **how)
                load_now = round(os.getloadavg()[0], 1)
                print(json.dumps({"query": name, "filter": label, **told, "load": load_now}), flush=True)


if __name__ == "__main__":
    main()
