"""The risk that a person sends a result back, from plain arrays: boosted trees or a logistic, then a calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.models.model import Model
from pipeline.models.risk_features import risk_features
from workbench.domain.errors import ModelError
from workbench.domain.records import Computation

WHOLE = 0  # the member that learned from everything; member k > 0 never saw fold k
KNOWN = {  # what a result was made by -> the fact that says what the model learned from
    "segmentation.engine": "engine", "segmentation.engine_version": "engine_version",
    "segmentation.engine_weights": "engine_weights", "doubt.second_engine": "second_engine",
}  # fmt: skip
NEEDED = ("matte.unknown_share", "segmentation.mean_confidence", "doubt.scale", "preparation.contrast_de")


class RiskModel:
    """Scores results of the one engine it knows, in the version and with the weights it knows.

    Args:
        model: Loaded weights. Its card's facts name the features in order, the kind, the engine with its version and
            weights, the engine it was doubted by, and in which fold each photo was that it learned from.
    """

    def __init__(self, model: Model) -> None:
        facts = model.card.facts
        missing = [name for name in ("features", "kind", *KNOWN.values(), "folds") if name not in facts]
        if missing:
            raise ModelError(f"the card's facts lack {missing}", where=model.card.label)
        if facts["kind"] not in SCORES:
            raise ModelError(f"the kind is {facts['kind']!r}", where=model.card.label, allowed=SCORES)
        self.label = model.card.label
        self._made_by = {name: facts[fact] for name, fact in KNOWN.items()}
        self.features: Sequence[str] = tuple(facts["features"])
        self._folds: Mapping[str, int] = facts["folds"]
        self._kind, self._model = str(facts["kind"]), model
        self._slope, self._offset = (float(value) for value in model.array("calibration", (2,), "float64"))

    def refuses(self, computation: Computation) -> str | None:
        """Why this result is outside of what the model may be fed; None when it is inside."""
        if computation.outcome != "done":
            return "there is no result"
        for name, known in self._made_by.items():
            if (found := computation.attributes.get(name)) != known:
                return f"it knows {name} {known}, not {found}"
        for name in NEEDED:
            if computation.attributes.get(name) is None:
                return f"{name} was not measured"
        return None

    def risk(self, computation: Computation, category: str | None) -> float:
        """Probability in (0, 1) that the result comes back.

        A photo that was learned from is scored by the member that never saw it or its like.
        """
        found = risk_features(computation.attributes, computation.checks, category)
        table = np.array([[found.get(name, np.nan) for name in self.features]])
        return float(self.predict(table, member=self.fold_of(computation.photo_hash))[0])

    def fold_of(self, photo_hash: str | None) -> int:
        """The member that may score a photo: the whole model for one it never saw."""
        return int(self._folds.get(photo_hash or "", WHOLE))

    def predict(self, table: np.ndarray, *, member: int = WHOLE) -> np.ndarray:
        """Probabilities, float64 (n,), for float64 (n, features) with NaN where a number is missing."""
        score = SCORES[self._kind](self._model, table, member)
        return 1.0 / (1.0 + np.exp(-(self._slope * score + self._offset)))


def _logistic(model: Model, table: np.ndarray, member: int) -> np.ndarray:
    """Missing numbers filled by the middle one and said so, all on one scale, weighed and added."""
    width = table.shape[1]
    fill, mean, scale, weight = (
        model.array(name, (None, length), "float64")[member]
        for name, length in (("fill", width), ("mean", 2 * width), ("scale", 2 * width), ("weight", 2 * width))
    )
    missing = np.isnan(table)
    full = np.hstack((np.where(missing, fill, table), missing.astype(np.float64)))
    return ((full - mean) / scale) @ weight + model.array("intercept", (None,), "float64")[member]


def _trees(model: Model, table: np.ndarray, member: int) -> np.ndarray:
    """Walk every tree from its root to a leaf, all rows at once, and add the leaves."""
    feature, left, right = (model.array(name, (None,), "int32") for name in ("feature", "left", "right"))
    threshold, value = (model.array(name, (None,), "float64") for name in ("threshold", "value"))
    leaf, missing_left = (model.array(name, (None,), "uint8") for name in ("leaf", "missing_left"))
    roots = model.array("root", (None,), "int32")[model.array("member", (None,), "int32") == member]
    score = np.full(len(table), float(model.array("baseline", (None,), "float64")[member]))
    rows = np.arange(len(table))
    for root in roots:
        node = np.full(len(table), root)
        while not (at_leaf := leaf[node].astype(bool)).all():
            seen = table[rows, feature[node]]
            go_left = np.where(np.isnan(seen), missing_left[node] == 1, seen <= threshold[node])
            node = np.where(at_leaf, node, np.where(go_left, left[node], right[node]))
        score += value[node]
    return score


SCORES = {"logistic": _logistic, "trees": _trees}
