"""A shop many times over: what happens on most days, with how sure that is.

Every figure is a mean over replications with its 95% interval (Student's t); bands over time are the 5th and 95th
percentile of the replications.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.operations.shop import Shop
from workbench.operations.simulate_shop import Outcome, simulate_shop
from workbench.operations.throughput import at_least

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

LEAST_REPLICATIONS = 2
BAND = (0.05, 0.95)


class SimulationStopped(Exception):
    """Nobody wants the result any more; the processes were ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean over replications with its 95% interval; all None where a replication has no such value."""

    mean: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0

    @property
    def half_width(self) -> float | None:
        """Half of the interval."""
        return None if self.high is None else (self.high - self.low) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Replications:
    """What came of a shop. ``figures`` holds one estimate a name; tables have one row a lane, person or moment."""

    shop: Shop
    seed: int
    n: int
    figures: Mapping[str, Estimate]
    lanes: pl.DataFrame
    people: pl.DataFrame
    depth: pl.DataFrame

    def table(self) -> pl.DataFrame:
        """The figures as rows: figure, mean, low, high, replications."""
        import polars as pl

        rows = [
            {"figure": name, "mean": one.mean, "low": one.low, "high": one.high, "replications": one.n}
            for name, one in self.figures.items()
        ]
        return pl.DataFrame(rows, infer_schema_length=None)


def replicate_shop(
    shop: Shop,
    *,
    replications: int = 20,
    seed: int = 1,
    workers: int = 1,
    on_progress: Callable[[int, int], None] = lambda done, of: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Replications:
    """Simulate a shop several times and sum up.

    Args:
        shop: What comes in and who works.
        replications: How often, from 2.
        seed: The same one gives the same figures, whatever ``workers`` is.
        workers: Processes; 1 stays in this one.
        on_progress: Called with how many are done and of how many.
        stopping: Looked at after each replication; True ends the processes.

    Raises:
        SimulationStopped: ``stopping`` said so.
        UsageError: Too few replications.
    """
    import numpy as np

    at_least("replications", replications, LEAST_REPLICATIONS)
    seeds = [int(child.generate_state(1)[0]) for child in np.random.SeedSequence(seed).spawn(replications)]
    found: dict[int, dict[str, Any]] = {}
    on_progress(0, replications)
    for number, summary in _summaries(shop, seeds, workers):
        found[number] = summary
        on_progress(len(found), replications)
        if len(found) < replications and stopping():
            raise SimulationStopped
    return _together(shop, seed, [found[number] for number in range(replications)])


def _summaries(shop: Shop, seeds: list[int], workers: int) -> Iterator[tuple[int, dict[str, Any]]]:
    if workers == 1:
        for number, seed in enumerate(seeds):
            yield number, summary(simulate_shop(shop, seed=seed), shop)
        return
    # spawn: the app's threads must not be copied in the middle of what they do
    pool = ProcessPoolExecutor(max_workers=workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        asked = {pool.submit(_replicate, shop, seed): number for number, seed in enumerate(seeds)}
        for future in as_completed(asked):
            yield asked[future], future.result()
    finally:
        running = list(pool._processes.values()) if pool._processes else []
        pool.shutdown(wait=False, cancel_futures=True)
        for process in running:
            process.terminate()


def _replicate(shop: Shop, seed: int) -> dict[str, Any]:
    return summary(simulate_shop(shop, seed=seed), shop)


def summary(outcome: Outcome, shop: Shop) -> dict[str, Any]:
    """The figures of one run: totals, by lane, by person, and the queues over time."""
    import numpy as np

    counted = outcome.arrived_h >= shop.warm_up_h
    done = ~np.isnan(outcome.done_h)
    turnaround = np.where(done, outcome.done_h - outcome.arrived_h, np.inf)
    late = counted & (np.where(done, outcome.done_h, shop.horizon_h) > outcome.due_h)
    lanes = {}
    for place, name in enumerate(outcome.lanes):
        mine = counted & (outcome.lane == place)
        lanes[name] = {
            "images": int(mine.sum()), "unfinished": int((mine & ~done).sum()), "late": int((mine & late).sum()),
            **_times("turnaround", turnaround[mine]), **_times("waited", outcome.waited_h[mine & done]),
        }  # fmt: skip
    touched = counted & (outcome.rounds > 0)
    people = {
        name: {
            "busy_h": outcome.busy_h[name], "on_duty_h": outcome.on_duty_h[name],
            "overtime_h": outcome.overtime_h[name],
            "utilisation": _share(outcome.busy_h[name], outcome.on_duty_h[name]),
        }
        for name in outcome.busy_h
    }  # fmt: skip
    on_duty = sum(outcome.on_duty_h.values())
    check_h = shop.horizon_h if shop.checkpoint_h is None else shop.checkpoint_h
    left = counted & (outcome.arrived_h <= check_h) & ~(np.nan_to_num(outcome.done_h, nan=np.inf) <= check_h)
    figures = {
        "images": int(counted.sum()), "unfinished": int((counted & ~done).sum()), "late": int(late.sum()),
        "left": int(left.sum()), "touched": int(touched.sum()), "rounds": float(outcome.rounds[counted].sum()),
        "busy_h": sum(outcome.busy_h.values()), "overtime_h": sum(outcome.overtime_h.values()),
        "utilisation": _share(sum(outcome.busy_h.values()), on_duty),
        "engine_utilisation": outcome.engine_busy_share, "people_left_h": outcome.people_left_h or None,
        "most_waiting": int(outcome.depth[:, 1:].sum(axis=1).max()) if len(outcome.depth) else 0,
        "engine_waited_mean_h": float(outcome.engine_waited_h[counted].mean()) if counted.any() else None,
        **_times("turnaround", turnaround[counted]), **_times("waited", outcome.waited_h[touched & done]),
    }  # fmt: skip
    return {"figures": figures, "lanes": lanes, "people": people, "depth": outcome.depth, "grid_h": outcome.grid_h}


def _share(busy_h: float, on_duty_h: float) -> float | None:
    return min(1.0, busy_h / on_duty_h) if on_duty_h else None  # an image may run a little into the break


def _times(name: str, hours: np.ndarray) -> dict[str, float | None]:
    """Mean and percentiles; None where one of them rests on images that were not done."""
    import numpy as np

    if not len(hours):
        return {f"{name}_mean_h": None, f"{name}_p50_h": None, f"{name}_p95_h": None}
    found = {"mean": hours.mean(), "p50": np.quantile(hours, 0.5, method="inverted_cdf"),
             "p95": np.quantile(hours, 0.95, method="inverted_cdf")}  # fmt: skip
    return {f"{name}_{what}_h": float(value) if np.isfinite(value) else None for what, value in found.items()}


def _together(shop: Shop, seed: int, summaries: list[dict[str, Any]]) -> Replications:
    import numpy as np
    import polars as pl

    def rows(what: str, label: str) -> pl.DataFrame:
        found = []
        for name in summaries[0][what]:
            values = {key: estimate([s[what][name][key] for s in summaries]) for key in summaries[0][what][name]}
            row = {label: name}
            for key, value in values.items():
                row |= {key: value.mean, f"{key}_low": value.low, f"{key}_high": value.high}
            found.append(row)
        return pl.DataFrame(found, infer_schema_length=None)

    depths = np.stack([s["depth"] for s in summaries])  # replication, moment, queue
    low, high = np.quantile(depths, BAND, axis=0)
    queues = ("engine", *summaries[0]["lanes"])
    grid = summaries[0]["grid_h"]
    depth = pl.concat(
        [
            pl.DataFrame(
                {
                    "at_h": grid, "queue": [queue] * len(grid), "waiting": depths[:, :, place].mean(axis=0),
                    "low": low[:, place], "high": high[:, place],
                }
            )
            for place, queue in enumerate(queues)
        ]
    )  # fmt: skip
    names = summaries[0]["figures"]
    return Replications(
        shop=shop, seed=seed, n=len(summaries), lanes=rows("lanes", "lane"), people=rows("people", "person"),
        depth=depth, figures={name: estimate([s["figures"][name] for s in summaries]) for name in names},
    )  # fmt: skip


def estimate(values: list[float | None]) -> Estimate:
    """Mean over replications with its 95% interval; no value when one of them has none."""
    import numpy as np
    from scipy import stats

    if not values or any(value is None for value in values):
        return Estimate(mean=None, n=len(values))
    array = np.array(values, float)
    mean = float(array.mean())
    if len(array) < LEAST_REPLICATIONS:
        return Estimate(mean=mean, n=len(array))
    half = float(stats.t.ppf(0.975, len(array) - 1) * array.std(ddof=1) / np.sqrt(len(array)))
    return Estimate(mean=mean, low=mean - half, high=mean + half, n=len(array))
