"""How good the heads are: F1 by class, calibration against its sampling floor, abstention, flags inside each source."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pipeline.evaluation.calibration import calibration_error

DRAWS = 1000  # of the bootstrap over senders
PERFECT_DRAWS = 300  # of a perfectly calibrated model
LEVEL = 0.95


def macro_f1(truth: np.ndarray, said: np.ndarray, classes: int) -> float:
    """Mean F1 over the classes that occur in the truth."""
    scores = [2 * ((truth == k) & (said == k)).sum() / max(((truth == k).sum() + (said == k).sum()), 1)
              for k in range(classes) if (truth == k).any()]  # fmt: skip
    return float(np.mean(scores)) if scores else float("nan")


def by_class(truth: np.ndarray, said: np.ndarray, names: Sequence[str]) -> list[dict[str, object]]:
    """Precision, recall and F1 of each class."""
    rows = []
    for k, name in enumerate(names):
        right, there, told = ((truth == k) & (said == k)).sum(), (truth == k).sum(), (said == k).sum()
        rows.append(
            {"class": name, "n": int(there), "precision": _share(right, told), "recall": _share(right, there),
             "f1": _share(2 * right, there + told)}
        )  # fmt: skip
    return rows


def interval(
    measure: Callable[[np.ndarray], float], groups: Sequence[str], seed: int = 0, draws: int = DRAWS
) -> tuple[float, float]:
    """Percentile bootstrap over whole groups of a measure of row indices."""
    names, place = np.unique(np.asarray(groups), return_inverse=True)
    rows = [np.flatnonzero(place == k) for k in range(len(names))]
    rng = np.random.default_rng(seed)
    values = [measure(np.concatenate([rows[k] for k in rng.integers(len(names), size=len(names))]))
              for _ in range(draws)]  # fmt: skip
    low, high = np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def calibration(sure: np.ndarray, right: np.ndarray, seed: int = 0) -> dict[str, float]:
    """Calibration error of the said class, and what a perfectly calibrated model of this size would show.

    Source: Roelofs et al., "Mitigating bias in calibration error estimation", AISTATS 2022 (bins of equal count).
    """
    rng = np.random.default_rng(seed)
    floor = [calibration_error(sure, rng.random(len(sure)) < sure) for _ in range(PERFECT_DRAWS)]
    return {
        "error": calibration_error(sure, right), "floor": float(np.mean(floor)),
        "floor_95": float(np.quantile(floor, 0.95)), "n": len(sure),
    }  # fmt: skip


def auroc(truth: np.ndarray, value: np.ndarray) -> float:
    """Chance that a positive lies above a negative; NaN without both."""
    from scipy.stats import rankdata

    positive = int(truth.sum())
    negative = len(truth) - positive
    if not positive or not negative:
        return float("nan")
    return float((rankdata(value)[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))


def inside_sources(
    truth: np.ndarray, value: np.ndarray, sources: np.ndarray, groups: np.ndarray, least: int = 1
) -> list[dict[str, object]]:
    """AUROC inside every source that has both answers at least so often."""
    rows = []
    for source in np.unique(sources):
        inside = sources == source
        yes, no = int(truth[inside].sum()), int((~truth[inside]).sum())
        if min(yes, no) < least:
            continue
        answers, values = truth[inside], value[inside]

        def measure(k: np.ndarray, answers: np.ndarray = answers, values: np.ndarray = values) -> float:
            return auroc(answers[k], values[k])

        low, high = interval(measure, groups[inside], draws=300)
        rows.append({"source": str(source), "yes": yes, "no": no, "auroc": auroc(answers, values), "low": low,
                     "high": high})  # fmt: skip
    return rows


def _share(part: int, whole: int) -> float | None:
    return float(part / whole) if whole else None
