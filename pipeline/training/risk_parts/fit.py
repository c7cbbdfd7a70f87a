"""Fits a risk model to a frame of results: kinds are compared by nested cross-fitting, the best one is calibrated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pipeline.models.risk_features import FEATURES
from pipeline.training.risk_parts.candidates import CANDIDATES, Candidate
from workbench.domain.errors import UsageError

FOLDS = 5
LEAST_OF_EACH = 15  # results that failed, and that did not: three a fold, fewer cannot be split and calibrated
LEAST_LIKELY = 1e-3  # probabilities are held off 0 and 1 when they are scored: one sure mistake is not infinitely bad


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A calibrated model with what is known of it from results it did not learn from."""

    kind: str
    setting: str
    arrays: dict[str, np.ndarray]
    fold: np.ndarray  # int (n,), from 1: the fold of each row
    out_of_fold: np.ndarray  # float (n,): risk of each row by the member that never saw its group
    compared: dict[str, float]  # log loss of each kind on outer folds, its setting chosen inside
    library: Any  # the scikit-learn model that the arrays must agree with


def fit(frame: pl.DataFrame, *, seed: int, say: Callable[[str], None] = lambda _words: None) -> Fitted:
    """Learn from results, of known mattes or of real reviews alike.

    Args:
        frame: As ``risk_parts.table`` makes it; ``group`` keeps what belongs together in one fold.
        seed: Same seed, same model.
        say: Told how it goes.

    Raises:
        UsageError: Too few results that failed, or that did not.

    Source:
        Platt 1999 (sigmoid calibration); Varma and Simon 2006 (nested cross-validation).
    """
    import sklearn.ensemble  # noqa: F401  loads the threads' library, which the limit below would else not find
    from sklearn import config_context
    from threadpoolctl import threadpool_limits

    # weights reach the estimator inside of a pipeline; so few rows are slower on several threads than on one
    with config_context(enable_metadata_routing=True), threadpool_limits(1):
        return _fit(frame, seed, say)


def _fit(frame: pl.DataFrame, seed: int, say: Callable[[str], None]) -> Fitted:
    from sklearn.calibration import CalibratedClassifierCV

    table, failed, weight, groups = _columns(frame)
    splits = _splits(failed, groups, FOLDS, seed)
    compared = {one.kind: _nested(one, table, failed, weight, groups, splits, seed) for one in CANDIDATES}
    say(", ".join(f"{kind}: log loss {loss:.4f}" for kind, loss in compared.items()))
    best = min(CANDIDATES, key=lambda one: compared[one.kind])
    setting = _choose(best, table, failed, weight, splits, seed)
    library = CalibratedClassifierCV(best.make(setting, seed), method="sigmoid", cv=splits, ensemble=False)
    library.fit(table, failed, **_weighed(weight))
    (whole,) = library.calibrated_classifiers_
    members = [whole.estimator]
    scores, fold = np.empty(len(failed)), np.empty(len(failed), int)
    for number, (seen, held) in enumerate(splits, start=1):
        member = _fit_one(best, setting, table[seen], failed[seen], weight[seen], seed)
        members.append(member)
        scores[held], fold[held] = member.decision_function(table[held]), number
    slope, offset = -float(whole.calibrators[0].a_), -float(whole.calibrators[0].b_)
    say(f"{best.kind} {dict(setting)}, calibrated by {slope:.3f} x score {offset:+.3f}")
    return Fitted(
        kind=best.kind, setting=str(dict(setting)), fold=fold, compared=compared, library=library,
        arrays=best.arrays(members) | {"calibration": np.array([slope, offset])},
        out_of_fold=1.0 / (1.0 + np.exp(-(slope * scores + offset))),
    )  # fmt: skip


def log_loss(failed: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Log loss of each result, float (n,)."""
    held = np.clip(risk, LEAST_LIKELY, 1.0 - LEAST_LIKELY)
    return -np.where(failed, np.log(held), np.log1p(-held))


def _columns(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    failed = frame["failed"].to_numpy().astype(bool)
    fewer = min(int(failed.sum()), int((~failed).sum()))
    if fewer < LEAST_OF_EACH:
        raise UsageError(
            f"{int(failed.sum())} of {len(failed)} results failed", where="risk",
            allowed=f"at least {LEAST_OF_EACH} that failed and {LEAST_OF_EACH} that did not",
        )  # fmt: skip
    table = frame.select(FEATURES).to_numpy().astype(np.float64)
    return table, failed, frame["weight"].to_numpy(), frame["group"].to_numpy()


def _splits(failed, groups, count: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import StratifiedGroupKFold

    folds = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=seed)
    return list(folds.split(np.zeros(len(failed)), failed, groups))


def _nested(candidate: Candidate, table, failed, weight, groups, splits, seed: int) -> float:
    """Log loss on outer folds when the setting is chosen on inner ones."""
    losses = np.empty(len(failed))
    for seen, held in splits:
        inner = _splits(failed[seen], groups[seen], FOLDS - 1, seed)
        setting = _choose(candidate, table[seen], failed[seen], weight[seen], inner, seed)
        member = _fit_one(candidate, setting, table[seen], failed[seen], weight[seen], seed)
        losses[held] = log_loss(failed[held], member.predict_proba(table[held])[:, 1])
    return float(np.average(losses, weights=weight))


def _choose(candidate: Candidate, table, failed, weight, splits, seed: int):
    """The setting with the least log loss over the splits."""
    if len(candidate.settings) == 1:
        return candidate.settings[0]

    def loss(setting) -> float:
        losses = np.empty(len(failed))
        for seen, held in splits:
            member = _fit_one(candidate, setting, table[seen], failed[seen], weight[seen], seed)
            losses[held] = log_loss(failed[held], member.predict_proba(table[held])[:, 1])
        return float(np.average(losses, weights=weight))

    return min(candidate.settings, key=loss)


def _fit_one(candidate: Candidate, setting, table, failed, weight, seed: int) -> Any:
    return candidate.make(setting, seed).fit(table, failed, **_weighed(weight))


def _weighed(weight: np.ndarray) -> dict[str, np.ndarray]:
    """Equal weights are left out: trees take ten times as long with any."""
    return {} if np.all(weight == weight[0]) else {"sample_weight": weight}
