"""Threshold search over 1 million scored images, 10 categories, 1,000 limits, beside a naive peer; prints JSON.

    .venv/bin/python tests/benchmarks/threshold_search.py [--images 1000000]

The naive peer does one limit of one category at a time with masks over the images; it is timed on a share of the limits
and scaled up.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import numpy as np

from workbench.domain.records import CATEGORIES
from workbench.routing.certify import GRID_STEPS, grid
from workbench.routing.risk_histogram import risk_histogram
from workbench.routing.search_thresholds import Constraints, search_thresholds
from workbench.routing.unit_costs import UnitCosts

AUDIT = 0.1
NAIVE_LIMITS = 5  # of 1,000 are timed


def measure(images: int, repeats: int = 7) -> dict:
    """Seconds of both."""
    draw = np.random.default_rng(1)
    risk = draw.beta(1.3, 5, images)
    category = draw.integers(0, len(CATEGORIES), images).astype(np.int8)
    floor = draw.choice(np.array([0, 0, 0, 0, 1, 2, 3], dtype=np.int8), images)
    failing = np.tile(np.append(grid(), 1.0) * 0.3, (len(CATEGORIES), 1))
    costs, found, taken, parts = UnitCosts(), None, [], []
    wish = Constraints(rework_in_auto=0.05, hours={"checker": 330.0, "retoucher": 900.0, "senior": 2e4}, days=10)
    for _ in range(repeats):
        start = time.perf_counter()
        counts = risk_histogram(risk, category, floor, len(CATEGORIES))
        counted = time.perf_counter()
        found = search_thresholds(
            counts, failing, CATEGORIES, certified=dict.fromkeys(CATEGORIES, 0.3), costs=costs, audit_share=AUDIT,
            constraints=wish,
        )  # fmt: skip
        taken.append(time.perf_counter() - start)
        parts.append(counted - start)
    return {
        "images": images, "categories": len(CATEGORIES), "limits": GRID_STEPS,
        "seconds_median": round(statistics.median(taken), 3), "seconds_worst": round(max(taken), 3),
        "of_it_counting": round(statistics.median(parts), 3), "feasible": not found.binding, "hours_a_day": found.hours,
        "cost_eur": round(found.cost_eur, 5), "within_of_the_bound": round(1 - found.bound_eur / found.cost_eur, 5),
        "naive_seconds_estimated": round(naive(risk, category, floor, failing[0], costs), 1),
    }  # fmt: skip


def naive(risk, category, floor, fail, costs) -> float:
    """Seconds for all limits of all categories, one at a time (one role, no constraint on hours)."""
    start = time.perf_counter()
    for k in range(len(CATEGORIES)):
        for limit in np.linspace(0.05, 0.5, NAIVE_LIMITS):
            auto = (category == k) & (floor == 0) & (risk <= limit)
            faulty = fail[np.ceil(risk[auto] * GRID_STEPS).astype(int)].sum()
            float(faulty * costs.escape_eur + auto.sum() * costs.audit_eur)
    return (time.perf_counter() - start) * GRID_STEPS / NAIVE_LIMITS


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=1_000_000)
    print(json.dumps(measure(parser.parse_args().images), indent=1))
