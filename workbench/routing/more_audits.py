"""What more audits buy: how likely they prove a limit, and how much may go out then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.routing.certify import DELTA, GRID_STEPS, TARGET
from workbench.routing.failure_curve import failure_curve
from workbench.routing.proved_limit import proved_limit

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

MORE = (0, 50, 100, 200, 400, 800)
REPEATS, SEED = 120, 1


def more_audits(
    risk: np.ndarray, failed: np.ndarray, *, of: np.ndarray | None = None, target: float = TARGET,
    delta: float = DELTA, more: Sequence[int] = MORE, repeats: int = REPEATS, seed: int = SEED,
) -> pl.DataFrame | None:  # fmt: skip
    """Add audits that were not made yet, drawn as the known ones would have it, and certify again.

    The audits in hand stay as they are. New ones fall where the known risks fall and fail as often as the curve fitted
    to the known verdicts says: if that is too rosy, so is the answer.

    Args:
        risk: Of the rows that may certify (see `certification_sample`).
        failed: Whether each failed.
        of: Risks of all images a limit could let out; default: those of the sample.
        target: The promise.
        delta: Chance that it is wrong.
        more: Numbers of further audits.
        repeats: Draws for each number.
        seed: Of the draws.

    Returns:
        One row a number: more, proved (share of draws in which some limit is proved), limit and goes_out (medians over
        all draws; nothing goes out where nothing is proved), goes_out_low, goes_out_high (the middle 80%). None with
        too few verdicts for a curve.
    """
    import numpy as np
    import polars as pl

    risk, failed = np.asarray(risk, dtype=float), np.asarray(failed, dtype=bool)
    curve = failure_curve(risk, failed)
    if curve is None:
        return None
    everything = np.sort(risk if of is None else np.asarray(of, dtype=float))
    rows = []
    for number in more:
        limits = np.full(repeats if number else 1, -1.0)
        for repeat in range(limits.size):
            draw = np.random.default_rng((seed, number, repeat))
            new = draw.choice(risk, number)
            fails = draw.random(number) < curve[np.rint(new * GRID_STEPS).astype(int)]
            sample = np.concatenate([risk, new]), np.concatenate([failed, fails])
            found = proved_limit(*sample, target=target, delta=delta)
            limits[repeat] = -1.0 if found is None else found
        out = np.searchsorted(everything, limits, side="right") / everything.size
        low, middle, high = np.quantile(out, [0.1, 0.5, 0.9])
        rows.append(
            {
                "more": int(number), "proved": float((limits >= 0).mean()), "goes_out": float(middle),
                "goes_out_low": float(low), "goes_out_high": float(high),
                "limit": float(np.median(limits)) if np.median(limits) >= 0 else None,
            }
        )  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)
