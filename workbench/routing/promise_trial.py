"""What becomes of a promise when many shops choose a limit in the same way: a made-up shop whose truth is known.

The chance that an image fails is laid down as a curve over risk, so that of every chosen limit one can say what share
of its images really comes back; no audit can tell that. Each trial is another sample of audits from the same shop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.routing.proved_limit import proved_limit

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

HIGHEST_RISK = 0.5  # risk of the made-up images lies evenly between 0 and this
STRAIGHT, BENT = 0.2, 0.5  # chance to fail = STRAIGHT * risk + BENT * risk²: 1.05% at 0.05, 22.5% at the end
TRIALS, AUDITS = 200, 600
RULES = ("naive", "certified")


def promise_trials(
    *, target: float = 0.05, delta: float = 0.10, trials: int = TRIALS, audits: int = AUDITS, seed: int = 1
) -> pl.DataFrame:
    """Choose a limit from many samples, once naively and once by certification, and see what each would have let out.

    Args:
        target: Share of faulty images that is promised.
        delta: Chance to be wrong that certification is allowed.
        trials: How many shops choose.
        audits: Audited images each of them has.
        seed: Of the draws.

    Returns:
        One row a trial and rule: trial, rule, limit (None: nothing may go out), sample_share (of faults, in the sample
        that chose it), true_share, goes_out (share of all images), kept.
    """
    import numpy as np
    import polars as pl

    rows = []
    for trial in range(trials):
        draw = np.random.default_rng((seed, trial))
        risk = draw.random(audits) * HIGHEST_RISK
        failed = draw.random(audits) < chance_to_fail(risk)
        proved = proved_limit(risk, failed, target=target, delta=delta)
        for rule, limit in zip(RULES, (naive_limit(risk, failed, target=target), proved), strict=True):
            inside = None if limit is None else failed[risk <= limit]
            rows.append(
                {
                    "trial": trial, "rule": rule, "limit": limit,
                    "sample_share": None if inside is None or not inside.size else float(inside.mean()),
                    "true_share": None if limit is None else true_share(limit),
                    "goes_out": 0.0 if limit is None else min(limit, HIGHEST_RISK) / HIGHEST_RISK,
                    "kept": limit is None or true_share(limit) <= target,
                }
            )  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def naive_limit(risk: np.ndarray, failed: np.ndarray, *, target: float) -> float | None:
    """The highest limit whose own sample shows at most the target; None when there is none."""
    import numpy as np

    order = np.argsort(risk, kind="stable")
    share = np.cumsum(np.asarray(failed)[order]) / np.arange(1, len(risk) + 1)
    good = np.flatnonzero(share <= target)
    return float(np.asarray(risk)[order][good[-1]]) if good.size else None


def chance_to_fail(risk: np.ndarray) -> np.ndarray:
    """The truth of the made-up shop."""
    return STRAIGHT * risk + BENT * risk**2


def true_share(limit: float) -> float:
    """Share of faulty images among all with a risk up to the limit: the mean of the curve below it."""
    limit = min(limit, HIGHEST_RISK)
    return STRAIGHT * limit / 2 + BENT * limit**2 / 3


def promise_words(trials: pl.DataFrame, *, target: float) -> str:
    """What the trials show, in a sentence for each rule."""
    import polars as pl

    said = []
    for rule in RULES:
        rows = trials.filter(pl.col("rule") == rule)
        broken, none = int((~rows["kept"]).sum()), rows["limit"].null_count()
        said.append(
            f"{rule.capitalize()}: {broken} of {rows.height} limits let out more than {target:.0%} faulty images; "
            f"{rows['goes_out'].mean():.0%} of images went out on average"
            + (f", and in {none} samples nothing was let out" if none else "")
            + "."
        )
    return " ".join(said)
