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
NEW, ALL = "what is new to the engine", "everything"
LEAST_LIKELY = 1e-3  # probabilities are held off 0 and 1 when they are scored: one sure mistake is not infinitely bad


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A calibrated model with what is known of it from results it did not learn from."""

    kind: str
    setting: str
    arrays: dict[str, np.ndarray]
    fold: np.ndarray  # int (n,), from 1: the fold of each row
    out_of_fold: np.ndarray  # float (n,): risk of each row by the member that never saw its group
    calibrated_on: str  # `NEW` or `ALL`
    compared: dict[str, float]  # log loss of each kind on outer folds, its setting chosen inside
    library: Any  # the scikit-learn model that the arrays must agree with


def fit(frame: pl.DataFrame, *, seed: int, say: Callable[[str], None] = lambda _words: None) -> Fitted:
    """Learn from results, of known mattes or of real reviews alike.

    Args:
        frame: As ``risk_parts.table`` makes it; ``group`` keeps what belongs together in one fold. Results ``seen`` by
            their engine help to order; kinds are chosen on the others alone, and so is whether the seen may calibrate.
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

    table, failed, weight, groups, counts = _columns(frame)
    splits = _splits(failed, groups, FOLDS, seed)
    compared = {one.kind: _nested(one, table, failed, weight, counts, groups, splits, seed) for one in CANDIDATES}
    say(", ".join(f"{kind}: log loss {loss:.4f}" for kind, loss in compared.items()))
    best = min(CANDIDATES, key=lambda one: compared[one.kind])
    setting = _choose(best, table, failed, weight, counts, splits, seed)
    library = CalibratedClassifierCV(best.make(setting, seed), method="sigmoid", cv=splits, ensemble=False)
    library.fit(table, failed, **_weighed(weight))
    (whole,) = library.calibrated_classifiers_
    members = [whole.estimator]
    scores, fold = np.empty(len(failed)), np.empty(len(failed), int)
    for number, (seen, held) in enumerate(splits, start=1):
        member = _fit_one(best, setting, table[seen], failed[seen], weight[seen], seed)
        members.append(member)
        scores[held], fold[held] = member.decision_function(table[held]), number
    calibrated_on, used = _calibrate(whole.calibrators[0], scores, failed, weight, counts, fold)
    slope, offset = -float(whole.calibrators[0].a_), -float(whole.calibrators[0].b_)
    say(f"{best.kind} {dict(setting)}, calibrated on {calibrated_on} ({used}) by {slope:.3f} x score {offset:+.3f}")
    return Fitted(
        kind=best.kind, setting=str(dict(setting)), fold=fold, compared=compared, library=library,
        calibrated_on=calibrated_on,
        arrays=best.arrays(members) | {"calibration": np.array([slope, offset])},
        out_of_fold=1.0 / (1.0 + np.exp(-(slope * scores + offset))),
    )  # fmt: skip


def log_loss(failed: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Log loss of each result, float (n,)."""
    held = np.clip(risk, LEAST_LIKELY, 1.0 - LEAST_LIKELY)
    return -np.where(failed, np.log(held), np.log1p(-held))


def _columns(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Features, outcome, weight in learning, group, and weight in judging: 0 for what the engine was trained on."""
    failed, new = frame["failed"].to_numpy().astype(bool), ~frame["seen"].to_numpy().astype(bool)
    fewer = min(int((failed & new).sum()), int((~failed & new).sum()))
    if fewer < LEAST_OF_EACH:
        raise UsageError(
            f"{int((failed & new).sum())} of {int(new.sum())} results that are new to the engine failed", where="risk",
            allowed=f"at least {LEAST_OF_EACH} that failed and {LEAST_OF_EACH} that did not",
        )  # fmt: skip
    table, weight = frame.select(FEATURES).to_numpy().astype(np.float64), frame["weight"].to_numpy()
    return table, failed, weight, frame["group"].to_numpy(), weight * new


def _splits(failed, groups, count: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import StratifiedGroupKFold

    folds = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=seed)
    return list(folds.split(np.zeros(len(failed)), failed, groups))


def _nested(candidate: Candidate, table, failed, weight, counts, groups, splits, seed: int) -> float:
    """Log loss on outer folds when the setting is chosen on inner ones."""
    losses = np.empty(len(failed))
    for seen, held in splits:
        inner = _splits(failed[seen], groups[seen], FOLDS - 1, seed)
        setting = _choose(candidate, table[seen], failed[seen], weight[seen], counts[seen], inner, seed)
        member = _fit_one(candidate, setting, table[seen], failed[seen], weight[seen], seed)
        losses[held] = log_loss(failed[held], member.predict_proba(table[held])[:, 1])
    return float(np.average(losses, weights=counts))


def _calibrate(calibrator, scores, failed, weight, counts, fold) -> tuple[str, int]:
    """Fit it to what is new to the engine, or to everything: whichever tells what is new better, folds apart.

    Results the engine was trained on are many; they calibrate better unless the engine is better there than elsewhere.
    """
    from sklearn import clone

    new, losses = counts > 0, {}
    rows = {NEW: new, ALL: np.ones(len(new), bool)}
    for name, used in rows.items():
        risk = np.empty(len(scores))
        for number in np.unique(fold):
            held, seen = fold == number, used & (fold != number)
            risk[held] = clone(calibrator).fit(scores[seen], failed[seen], weight[seen]).predict(scores[held])
        losses[name] = np.average(log_loss(failed[new], risk[new]), weights=counts[new])
    best = min(losses, key=lambda name: losses[name])
    calibrator.fit(scores[rows[best]], failed[rows[best]], weight[rows[best]])
    return best, int(rows[best].sum())


def _choose(candidate: Candidate, table, failed, weight, counts, splits, seed: int):
    """The setting with the least log loss over the splits."""
    if len(candidate.settings) == 1:
        return candidate.settings[0]

    def loss(setting) -> float:
        losses = np.empty(len(failed))
        for seen, held in splits:
            member = _fit_one(candidate, setting, table[seen], failed[seen], weight[seen], seed)
            losses[held] = log_loss(failed[held], member.predict_proba(table[held])[:, 1])
        return float(np.average(losses, weights=counts))

    return min(candidate.settings, key=loss)


def _fit_one(candidate: Candidate, setting, table, failed, weight, seed: int) -> Any:
    return candidate.make(setting, seed).fit(table, failed, **_weighed(weight))


def _weighed(weight: np.ndarray) -> dict[str, np.ndarray]:
    """Equal weights are left out: trees take ten times as long with any."""
    return {} if np.all(weight == weight[0]) else {"sample_weight": weight}
