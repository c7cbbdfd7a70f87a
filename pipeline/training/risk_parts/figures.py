"""How good a risk is: does it put what fails above what does not, and how much could go out untouched?"""

from __future__ import annotations

import numpy as np

from pipeline.evaluation.calibration import calibration_error, noise_floor
from pipeline.evaluation.grouped_interval import grouped_interval
from pipeline.evaluation.ranking import auroc, within_categories
from pipeline.models.card import Figure

REWORK = 0.05  # share of what goes out untouched that may come back


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
            value, low, high = grouped_interval(of, g)
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
