"""The quick guess at turnaround held against the simulated shop, over a grid of days; prints JSON.

    .venv/bin/python tests/benchmarks/turnaround.py [--every 1] [--replications 4]

Grid: how images come (a wave each morning, a wave each hour, one by one at random), automatic share 50 to 95% of 1,200
images a day, one to four retouchers, CV of their times 0.5 to 1.5, nothing or a fifth of the images urgent. Days whose
load is 100% or more are left out: both say that the work is never done. Errors are those of the 95th percentile of
turnaround in working hours, signed: above 0 the guess is too long.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from workbench.operations.shop import LaneWork, Retoucher, Seconds, Shop, Stream, Wave
from workbench.operations.simulate_shop import simulate_shop
from workbench.routing.approximate_turnaround import approximate_turnaround, why_not_approximated

SHAPES = ("day", "hour", "even")
AUTO_SHARES = (0.5, 0.55, 0.6, 0.7, 0.75, 0.77, 0.8, 0.85, 0.9, 0.95)
PEOPLE = (1, 2, 3, 4)
CVS = (0.5, 0.8, 1.0, 1.5)
URGENT = (0.0, 0.2)
IMAGES, SERVICE_S, SHIFT_H = 1200, 90.0, 8.0
DAYS, WARM_UP_DAYS = 12, 2
MOST_LOAD = 0.98  # closer to full, twelve days are too few to be steady


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One kind of day."""

    shape: str
    auto_share: float
    people: int
    cv: float
    urgent: float

    @property
    def load_h(self) -> float:
        """Hours of manual work a day."""
        return IMAGES * (1 - self.auto_share) * SERVICE_S / 3600

    @property
    def load(self) -> float:
        """Share of everybody's hours."""
        return self.load_h / (self.people * SHIFT_H)


def cases() -> list[Case]:
    """Every case of the grid that can be worked off."""
    every = itertools.product(SHAPES, AUTO_SHARES, PEOPLE, CVS, URGENT)
    found = [Case(shape=s, auto_share=a, people=p, cv=c, urgent=u) for s, a, p, c, u in every]
    return [case for case in found if case.load < MOST_LOAD]


def simulated_p95_h(case: Case, *, replications: int, seed: int = 1) -> float:
    """Working hours until 95% of the manual images are done, simulated.

    Days follow each other without nights and breaks: an hour of the simulation is an hour of work.
    """
    hours = (DAYS + 30) * SHIFT_H
    mornings = [day * SHIFT_H for day in range(DAYS)]
    waves = {"day": mornings, "hour": [at + hour for at in mornings for hour in range(int(SHIFT_H))]}.get(case.shape)
    pooled = []
    for replication in range(replications):
        # who goes out untouched never waits: the manual images of a wave are drawn, the others left out
        draw = np.random.default_rng((seed, replication))
        by_hand = 1 - case.auto_share
        if waves is None:
            rate = IMAGES / SHIFT_H * by_hand
            arrivals = (Stream(images_per_h=rate, from_h=0, until_h=DAYS * SHIFT_H),)
        else:
            size = IMAGES * DAYS // len(waves)
            arrivals = tuple(Wave(at_h=at, images=int(draw.binomial(size, by_hand))) for at in waves)
        shop = Shop(
            arrivals=arrivals, horizon_h=hours, due_h=24, urgent_share=case.urgent, urgent_due_h=4,
            lanes={"manual": LaneWork(share=1, seconds=Seconds(mean_s=SERVICE_S, cv=case.cv))},
            retouchers=tuple(
                Retoucher(name=f"p{n}", lanes=frozenset({"manual"}), shifts=((0, hours),)) for n in range(case.people)
            ),
        )  # fmt: skip
        one = simulate_shop(shop, seed=seed + replication)
        pooled.append((one.done_h - one.arrived_h)[one.arrived_h >= WARM_UP_DAYS * SHIFT_H])
    return float(np.quantile(np.concatenate(pooled), 0.95))


def _measured(job: tuple[Case, int]) -> tuple[Case, float, float, str]:
    case, replications = job
    return case, guess(case), simulated_p95_h(case, replications=replications), reason(case)


def guess(case: Case) -> float:
    """What the approximation says."""
    return approximate_turnaround(
        case.load_h, case.people * SHIFT_H, service_s=SERVICE_S, shift_h=SHIFT_H, arrivals=case.shape, cv=case.cv
    )


def reason(case: Case) -> str:
    """Why the approximation says nothing."""
    return why_not_approximated(case.load_h, case.people * SHIFT_H, cv=case.cv)


def summed(rows: list[tuple[Case, float, float, str]]) -> dict:
    """Errors of some cases."""
    if not rows:
        return {"n": 0}
    relative = np.array([guessed / found - 1 for _, guessed, found, _ in rows])
    minutes = np.array([(guessed - found) * 60 for _, guessed, found, _ in rows])
    worst = rows[int(np.argmax(np.abs(relative)))]
    return {
        "n": len(rows), "bias": round(float(np.median(relative)), 3),
        "median_error": round(float(np.median(np.abs(relative))), 3),
        "p95_error": round(float(np.quantile(np.abs(relative), 0.95)), 3),
        "p95_minutes": round(float(np.quantile(np.abs(minutes), 0.95)), 1),
        "worst": {"case": str(worst[0]), "guess_h": round(worst[1], 3), "simulated_h": round(worst[2], 3)},
    }  # fmt: skip


def main() -> None:
    """Run the grid."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="Only every n-th case.")
    parser.add_argument("--replications", type=int, default=4)
    given = parser.parse_args()
    start = time.perf_counter()
    jobs = [(case, given.replications) for case in cases()[:: given.every]]
    with ProcessPoolExecutor(max_workers=2) as pool:
        rows = [row for row in pool.map(_measured, jobs) if math.isfinite(row[1])]
    inside = [row for row in rows if not row[3]]
    outside = [row for row in rows if row[3]]
    print(
        json.dumps(
            {
                "inside": summed(inside), "outside": summed(outside),
                "by_shape": {shape: summed([row for row in inside if row[0].shape == shape]) for shape in SHAPES},
                "by_load": {
                    f"{low:.0%} to {high:.0%}": summed([row for row in rows if low <= row[0].load < high])
                    for low, high in itertools.pairwise((0.0, 0.3, 0.6, 0.8, 0.9, 0.98))
                },
                "by_cv": {str(cv): summed([row for row in inside if row[0].cv == cv]) for cv in CVS},
                "seconds": round(time.perf_counter() - start), "load_average": round(os.getloadavg()[0], 1),
            },
            indent=1,
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
