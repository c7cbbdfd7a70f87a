"""What more labels would buy: AUROC by number of labels, and how far two or more families of curves agree beyond."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.ranking import auroc
from pipeline.training.mole_hair_parts.figures import MOLE
from pipeline.training.mole_hair_parts.labelled import Labelled

SHARES = (0.1, 0.22, 0.46, 1.0)  # of the photos learned from
FAR = 65_000  # labels that are asked about
APART = 0.005  # AUROC: families whose middles lie further apart than that tell nothing about so many labels
DRAWS = 200
# error left, from how fast it falls: each of three numbers, the last the error that no label takes away
FAMILIES: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "power law": lambda n, p: p[2] + p[0] * (n / 100.0) ** -p[1],
    "log-logistic": lambda n, p: p[2] + p[0] / (1.0 + (n / 100.0) ** p[1]),
    "stretched exponential": lambda n, p: p[2] + p[0] * np.exp(-((n / 100.0) ** (0.5 * p[1]))),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """One network learned from a part of the photos."""

    labels: int
    scores: np.ndarray  # probability of mole of each test crop


def part_of(data: Labelled, share: float, seed: int) -> Labelled:
    """The crops of a share of the photos."""
    photos = np.unique(data.sources)
    chosen = np.random.default_rng(seed).permutation(photos)[: max(2, round(share * len(photos)))]
    return data.take(np.flatnonzero(np.isin(data.sources, chosen)))


def summary(points: list[Point], test: Labelled, seed: int = 0, *, at: float = FAR, now: float | None = None) -> dict:
    """AUROC by number of labels, and the band at some number of them, from test photos and points drawn again.

    Args:
        points: Networks learned from parts of the photos.
        test: What they were tested on.
        seed: Of the draws.
        at: Labels that are asked about.
        now: Give what is gained over so many labels; else the AUROC itself.
    """
    mole, rng = test.labels == MOLE, np.random.default_rng(seed)
    names, place = np.unique(test.sources, return_inverse=True)
    labels = np.array([point.labels for point in points])

    def errors(weight: np.ndarray) -> np.ndarray:
        return np.array([1.0 - (auroc(point.scores, mole, weight) or 0.5) for point in points])

    plain = errors(np.ones(len(test)))
    far = {name: [] for name in FAMILIES}
    for _ in range(DRAWS):
        weight = rng.multinomial(len(names), np.full(len(names), 1 / len(names)))[place].astype(float)
        chosen, left = rng.integers(len(points), size=len(points)), errors(weight)
        for name, family in FAMILIES.items():
            fitted = _fitted(family, labels[chosen], left[chosen])
            there = 1.0 - float(family(np.array([float(at)]), fitted)[0])
            here = 0.0 if now is None else 1.0 - float(family(np.array([float(now)]), fitted)[0])
            far[name].append(there - here)
    ends = {name: [float(value) for value in np.quantile(values, (0.025, 0.5, 0.975))] for name, values in far.items()}
    middles = [end[1] for end in ends.values()]
    agree = max(middles) - min(middles) <= APART
    return {
        "points": [[int(n), round(1.0 - float(e), 5)] for n, e in sorted(zip(labels, plain, strict=True))],
        "at_labels": at, "families": ends, "families_apart": max(middles) - min(middles), "limit": APART,
        "band": [min(end[0] for end in ends.values()), max(end[2] for end in ends.values())] if agree else None,
        "withheld": None if agree else f"the families' middles lie more than {APART} apart",
    }  # fmt: skip


def _fitted(family: Callable, labels: np.ndarray, errors: np.ndarray) -> np.ndarray:
    from scipy.optimize import least_squares

    def apart(p: np.ndarray) -> np.ndarray:
        return np.log(family(labels.astype(float), p)) - np.log(np.maximum(errors, 1e-4))

    found = least_squares(
        apart, [max(0.01, float(errors.max())), 0.5, 0.5 * float(errors.min()) + 1e-5],
        bounds=([1e-4, 0.05, 1e-6], [2.0, 3.0, 0.5]), loss="soft_l1", f_scale=0.2,
    )  # fmt: skip
    return found.x
