"""How well moles are told from the rest, with intervals over photos, beside what brightness alone would tell."""

from __future__ import annotations

import numpy as np

from pipeline.evaluation.grouped_interval import grouped_interval
from pipeline.evaluation.ranking import auroc, within_categories
from pipeline.models.card import Figure
from pipeline.models.mole_hair import CLASSES
from pipeline.training.mole_hair_parts.labelled import Labelled, squares

MOLE = CLASSES.index("mole")
RECALL = 0.99
SIZES = (0.0, 40.0, 80.0, 160.0, 320.0, np.inf)  # px, sides of the classifier's square


def figures(test_set: str, odds: np.ndarray, data: Labelled) -> tuple[Figure, ...]:
    """The card's figures: over all crops and by kind of photo."""
    out = []
    for kind in (None, *sorted(set(data.kinds))):
        part = np.ones(len(data), bool) if kind is None else data.kinds == kind
        own, labels, groups = odds[part], data.labels[part], data.sources[part]
        mole = labels == MOLE
        correct, brier = own.argmax(1) == labels, ((own - np.eye(len(CLASSES))[labels]) ** 2).sum(1)
        measures = {
            "auroc": lambda w, s=own[:, MOLE], m=mole: auroc(s, m, w),
            "precision_at_99%_recall": lambda w, s=own[:, MOLE], m=mole: precision_at_recall(s, m, w),
            "correct": lambda w, c=correct: float(np.average(c, weights=w)) if w.sum() else None,
            "brier": lambda w, b=brier: float(np.average(b, weights=w)) if w.sum() else None,
        }
        if kind is None:
            dark = -squares(data.crops).mean((1, 2, 3))
            measures["auroc_of_brightness_alone"] = lambda w, s=dark, m=mole: auroc(s, m, w)
            bins = np.digitize(data.sides, SIZES)
            measures["auroc_within_sizes"] = lambda w, b=bins, s=own[:, MOLE], m=mole: within_categories(s, m, b, w)
            measures["auroc_of_brightness_within_sizes"] = (
                lambda w, b=bins, s=dark, m=mole: within_categories(s, m, b, w)
            )  # fmt: skip
        for measure, of in measures.items():
            value, low, high = grouped_interval(of, groups)
            out.append(Figure(test_set=test_set, category=kind, measure=measure, value=value, low=low, high=high,
                              n=int(part.sum())))  # fmt: skip
    return tuple(out)


def precision_at_recall(score: np.ndarray, mole: np.ndarray, weight: np.ndarray) -> float | None:
    """Share of moles among what is called one when the limit lets 99% of the moles through."""
    order = np.argsort(-score, kind="stable")
    found, called = np.cumsum(weight[order] * mole[order]), np.cumsum(weight[order])
    if found[-1] <= 0:
        return None
    first = int(np.searchsorted(found, RECALL * found[-1] - 1e-9))
    return float(found[first] / called[first])


def placements(score: np.ndarray, mole: np.ndarray) -> np.ndarray:
    """For each mole the share of other crops below it; their mean is the AUROC."""
    rest = np.sort(score[~mole])
    below = np.searchsorted(rest, score[mole], "left") + np.searchsorted(rest, score[mole], "right")
    return below / (2.0 * len(rest))
