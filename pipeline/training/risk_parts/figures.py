"""How good a risk is: does it put what fails above what does not, and how much could go out untouched?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.models.card import Figure

REWORK = 0.05  # share of what goes out untouched that may come back
REPEATS = 1000
PERFECT = 500  # draws of what a perfectly calibrated risk of the same size would show
BINS = 10  # of equal count


def auroc(risk: np.ndarray, failed: np.ndarray, weight: np.ndarray | None = None) -> float | None:
    """Chance that a result that failed has the higher risk of two, one failed and one not; None without either."""
    weight = np.ones(len(risk)) if weight is None else weight
    order = np.argsort(risk, kind="stable")
    value, bad, mass = risk[order], failed[order], weight[order]
    good_mass, bad_mass = mass * ~bad, mass * bad
    if good_mass.sum() <= 0 or bad_mass.sum() <= 0:
        return None
    _, first, place = np.unique(value, return_index=True, return_inverse=True)
    good = np.add.reduceat(good_mass, first)
    below = np.concatenate(([0.0], np.cumsum(good)[:-1])) + good / 2
    return float((bad_mass * below[place]).sum() / (good_mass.sum() * bad_mass.sum()))


def within_categories(
    risk: np.ndarray, failed: np.ndarray, category: np.ndarray, weight: np.ndarray | None = None
) -> float | None:
    """The same for two results of one category: what a category's own rate of failure explains is left out."""
    weight = np.ones(len(risk)) if weight is None else weight
    total = pairs = 0.0
    for name in np.unique(category):
        part = category == name
        found = auroc(risk[part], failed[part], weight[part])
        if found is not None:
            many = (weight[part] * failed[part]).sum() * (weight[part] * ~failed[part]).sum()
            total, pairs = total + found * many, pairs + many
    return float(total / pairs) if pairs else None


def automatic_share(risk: np.ndarray, failed: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Largest share that could go out untouched with at most 5% of it coming back, the limit chosen in hindsight."""
    weight = np.ones(len(risk)) if weight is None else weight
    order = np.argsort(risk, kind="stable")
    value, bad, mass = risk[order], failed[order], weight[order]
    out, wrong = np.cumsum(mass), np.cumsum(mass * bad)
    last = np.append(value[1:] > value[:-1], True)  # equal risks go together
    fits = last & (wrong <= REWORK * out)
    return float(out[fits].max() / out[-1]) if fits.any() else 0.0


def limit_for(risk: np.ndarray, failed: np.ndarray) -> float:
    """The highest limit at which at most 5% of what is below it failed; -1 when there is none."""
    order = np.argsort(risk, kind="stable")
    share = np.cumsum(failed[order]) / np.arange(1, len(risk) + 1)
    fits = np.flatnonzero(share <= REWORK)
    return float(risk[order][fits[-1]]) if fits.size else -1.0


def calibration_error(risk: np.ndarray, failed: np.ndarray) -> float:
    """Mean distance of risk and rate of failure over bins of equal count."""
    parts = [part for part in np.array_split(np.argsort(risk, kind="stable"), BINS) if len(part)]
    return float(sum(len(part) * abs(risk[part].mean() - failed[part].mean()) for part in parts) / len(risk))


def noise_floor(risk: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """Calibration error of a perfectly calibrated risk with these values: its mean and its 95th percentile."""
    rng = np.random.default_rng(seed)
    found = [calibration_error(risk, rng.random(len(risk)) < risk) for _ in range(PERFECT)]
    return float(np.mean(found)), float(np.quantile(found, 0.95))


def interval(
    measure: Callable[[np.ndarray], float | None], groups: np.ndarray, seed: int = 0
) -> tuple[float | None, float | None, float | None]:
    """A figure and its 95% interval, whole groups drawn again.

    Args:
        measure: From weights of the results, float (n,), to the figure.
        groups: Of each result.
        seed: Same seed, same interval.
    """
    names, place = np.unique(groups, return_inverse=True)
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=REPEATS)
    found = [value for row in drawn if (value := measure(row[place].astype(float))) is not None]
    value = measure(np.ones(len(groups)))
    if value is None or len(found) < 0.9 * REPEATS:
        return value, None, None
    low, high = np.quantile(found, [0.025, 0.975])
    return value, float(low), float(high)


def figures(
    test_set: str, risk: np.ndarray, failed: np.ndarray, category: np.ndarray, groups: np.ndarray
) -> tuple[Figure, ...]:
    """The card's figures, over all and by category."""
    out = []
    for name in (None, *sorted(set(category))):
        part = np.ones(len(risk), bool) if name is None else category == name
        r, f, c, g = risk[part], failed[part], category[part], groups[part]
        measures = {
            "failed": lambda w, f=f: float(np.average(f, weights=w)) if w.sum() else None,
            "auroc": lambda w, r=r, f=f: auroc(r, f, w),
            "brier": lambda w, r=r, f=f: float(np.average((r - f) ** 2, weights=w)) if w.sum() else None,
            "automatic_share_at_5%_rework": lambda w, r=r, f=f: automatic_share(r, f, w) if w.sum() else None,
        }
        if name is None:
            measures["auroc_within_categories"] = lambda w, r=r, f=f, c=c: within_categories(r, f, c, w)
        for measure, of in measures.items():
            value, low, high = interval(of, g)
            out.append(
                Figure(test_set=test_set, category=name, measure=measure, value=value, low=low, high=high,
                       n=int(part.sum()))
            )  # fmt: skip
    mean, most = noise_floor(risk)
    for measure, value, high in (
        ("calibration_error", calibration_error(risk, failed), None),
        ("calibration_error_if_perfect", mean, most),
    ):
        out.append(Figure(test_set=test_set, category=None, measure=measure, value=value, low=0.0 if high else None,
                          high=high, n=len(risk)))  # fmt: skip
    return tuple(out)
