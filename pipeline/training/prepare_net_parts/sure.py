"""From which probability on an answer may contradict a manifest: where it proved right on photos not learned from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.models.prepare_net import compress, joined
from pipeline.models.ruled_out import FITS, FLAG_FITS
from pipeline.training.prepare_net_parts.heads import FOLDS, Material, fit_category, fit_flag, fold_of
from pipeline.training.prepare_net_parts.photos import CATEGORIES

RIGHT = 0.95  # share of the answers that must have been right
FEWEST = 30  # answers that must have been given
SOURCE_RIGHT, SOURCE_FEWEST = 0.85, 5  # the same inside every source that got so many such answers


def sure(material: Material, arrays: Mapping[str, np.ndarray], told: tuple[str, ...]) -> dict[str, float]:
    """Category or flag -> lowest probability; what never proved itself is left out.

    Every training photo is answered by heads that learned from other groups. A category counts as right when the
    photo's own would not be contradicted by it.

    Args:
        material: All photos.
        arrays: The fitted heads, for what they compress to.
        told: Flags that are told at all.
    """
    train = material.rows(np.array([photo.split == "train" for photo in material.photos]))
    rows = joined(arrays, compress(arrays, train.table.seen), train.table.looks)
    sources = np.array([photo.source for photo in train.photos])
    found = {}
    said, probability = _categories(rows, train)
    for name, fits in FITS.items():
        asked = np.array([photo.category is not None for photo in train.photos]) & (said == CATEGORIES.index(name))
        right = np.array([photo.category in fits for photo in train.photos])
        found[name] = lowest(probability[asked], right[asked], sources[asked])
    for flag in FLAG_FITS:
        if flag in told:
            held = fit_flag(rows, train.photos, flag)[2]
            asked = ~np.isnan(held)
            right = np.array([photo.flags.get(flag, False) for photo in train.photos])
            found[flag] = lowest(_platt(held[asked], right[asked]), right[asked], sources[asked])
    return {name: value for name, value in found.items() if value is not None}


def lowest(probability: np.ndarray, right: np.ndarray, sources: np.ndarray) -> float | None:
    """The lowest probability from which on the answers proved right, over all and inside every source."""
    order = np.argsort(-probability)
    many = np.arange(1, len(order) + 1)
    enough = (np.cumsum(right[order]) / many >= RIGHT) & (many >= FEWEST)
    for last in np.flatnonzero(enough)[::-1]:
        kept = order[: last + 1]
        parts = [right[kept][sources[kept] == source] for source in np.unique(sources[kept])]
        if all(part.mean() >= SOURCE_RIGHT for part in parts if len(part) >= SOURCE_FEWEST):
            return float(probability[order[last]])
    return None


def _categories(rows: np.ndarray, train: Material) -> tuple[np.ndarray, np.ndarray]:
    """What each photo was called by heads that learned from other groups, and how surely."""
    folds = np.array([fold_of(photo.group) for photo in train.photos])
    found = np.zeros((len(rows), len(CATEGORIES)))
    for fold in range(FOLDS):
        others = [photo for photo, k in zip(train.photos, folds != fold, strict=True) if k]
        head = fit_category(rows[folds != fold], others)
        logits = rows[folds == fold] @ head["category_weight"] + head["category_offset"]
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        found[folds == fold] = raised / raised.sum(axis=1, keepdims=True)
    return found.argmax(axis=1), found.max(axis=1)


def _platt(held: np.ndarray, truth: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0).fit(held[:, None], truth).predict_proba(held[:, None])[:, 1]
