"""Does a value put what is so above what is not, over all and inside each part?"""

from __future__ import annotations

import numpy as np


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
