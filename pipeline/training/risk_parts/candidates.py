"""The two kinds of model that are compared, and each as the plain arrays that `pipeline.models.risk_model` reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A kind of model: how it is made from a setting, which settings are tried, and how fits become arrays."""

    kind: str
    settings: tuple[Mapping[str, Any], ...]
    make: Callable[[Mapping[str, Any], int], Any]  # setting, seed -> estimator
    arrays: Callable[[list[Any]], dict[str, np.ndarray]]  # fits, the whole one first -> arrays


def _make_logistic(setting: Mapping[str, Any], _seed: int) -> Any:
    from sklearn.impute import MissingIndicator, SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.preprocessing import StandardScaler

    filled = SimpleImputer(strategy="median", keep_empty_features=True)
    seen = make_union(filled, MissingIndicator(features="all"))
    scaled = StandardScaler().set_fit_request(sample_weight=False)
    logistic = LogisticRegression(max_iter=2000, **setting).set_fit_request(sample_weight=True)
    return make_pipeline(seen, scaled, logistic)


def _logistic_arrays(fits: list[Any]) -> dict[str, np.ndarray]:
    found: dict[str, list[np.ndarray]] = {name: [] for name in ("fill", "mean", "scale", "weight", "intercept")}
    for fit in fits:
        seen, scaler, logistic = (step for _, step in fit.steps)
        found["fill"].append(seen.transformer_list[0][1].statistics_)
        found["mean"].append(scaler.mean_)
        found["scale"].append(scaler.scale_)
        found["weight"].append(logistic.coef_[0])
        found["intercept"].append(logistic.intercept_[0])
    return {name: np.array(values, np.float64) for name, values in found.items()}


def _make_trees(setting: Mapping[str, Any], seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    trees = HistGradientBoostingClassifier(
        early_stopping=False, l2_regularization=1.0, min_samples_leaf=12, random_state=seed, **setting
    )
    return trees.set_fit_request(sample_weight=True)


def _tree_arrays(fits: list[Any]) -> dict[str, np.ndarray]:
    nodes, roots, members, start = [], [], [], 0
    for member, fit in enumerate(fits):
        for (tree,) in fit._predictors:
            found = tree.nodes.copy()
            for side in ("left", "right"):
                found[side] += start  # from places within the tree to places within all trees
            nodes.append(found)
            roots.append(start)
            members.append(member)
            start += len(found)
    table = np.concatenate(nodes)
    return {
        "feature": table["feature_idx"].astype(np.int32), "threshold": table["num_threshold"].astype(np.float64),
        "left": table["left"].astype(np.int32), "right": table["right"].astype(np.int32),
        "leaf": table["is_leaf"].astype(np.uint8), "missing_left": table["missing_go_to_left"].astype(np.uint8),
        "value": table["value"].astype(np.float64), "root": np.array(roots, np.int32),
        "member": np.array(members, np.int32),
        "baseline": np.array([fit._baseline_prediction.item() for fit in fits], np.float64),
    }  # fmt: skip


CANDIDATES = (
    Candidate(
        kind="logistic", settings=tuple({"C": strength} for strength in (0.003, 0.01, 0.03, 0.1, 0.3)),
        make=_make_logistic, arrays=_logistic_arrays,
    ),
    Candidate(
        kind="trees",
        settings=tuple(
            {"learning_rate": 0.06, "max_leaf_nodes": leaves, "max_iter": rounds}
            for leaves in (3, 6) for rounds in (40, 100)
        ),
        make=_make_trees, arrays=_tree_arrays,
    ),
)  # fmt: skip
