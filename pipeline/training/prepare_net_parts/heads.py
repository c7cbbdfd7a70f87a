"""Fit what reads the measurements: compression, one linear head a question, calibration, novelty."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.models._prepare_features import BLOCKS, OUTLINES
from pipeline.models.prepare_net import compress, joined
from pipeline.training.prepare_net_parts.measured import Table
from pipeline.training.prepare_net_parts.photos import CATEGORIES, FLAGS, KINDS, SHOTS, Photo

# settings were chosen by cross-validation over training and validation senders, as far as they were chosen at all
WEIGHTS = {"silhouette": 1.0, "seams": 1.0, "coarse": 1.0, "frame": 0.5, "mask": 0.5, "widths": 1.0, "cloth": 1.5,
           "form": 1.0}  # fmt: skip
OUTLINE_AXES, OUTLINE_FLATTEN = 300, 0.3  # principal axes; share of the mean variance added to each's
FEATURE_AXES, FEATURE_FLATTEN, FEATURE_WEIGHT = 200, 0.1, 0.7  # the same of the encoder's features, and their weight
FEATURE_FLOOR = 1e-3  # of a feature's scatter: below it there is nothing to see
LEADING = (100, 60)  # of the outlines' and the features' axes: those that all other heads read
GARMENT_C, CATEGORY_C, SHOT_C, FLAG_C = 0.03, 0.02, 0.02, 0.01
ONE_SIDED = 0.3  # weight of a source with only one answer: it tells the source, hardly the flag
FOLDS = 5
NOVELTY_AXES, NOVELTY_QUANTILE = 200, 0.99  # with 40 axes noise and flat grey pass for photos


@dataclass(frozen=True, slots=True)
class Material:
    """What the heads are fitted on: photos with their measurements, and outlines of turned photos."""

    photos: tuple[Photo, ...]
    table: Table
    turned: np.ndarray  # outlines of turned copies of the training photos with a kind, (copies, photos, columns)

    def rows(self, keep: np.ndarray) -> Material:
        """The same with some of the photos."""
        table = Table(self.table.seen[keep], self.table.mirrored[keep], self.table.looks[keep])
        kept = tuple(photo for photo, k in zip(self.photos, keep, strict=True) if k)
        return Material(kept, table, self.turned)


def fit_heads(material: Material, seed: int) -> dict[str, np.ndarray]:
    """Arrays of all heads, uncalibrated, from the training photos alone."""
    train = material.rows(np.array([photo.split == "train" for photo in material.photos]))
    arrays = _compression(train, seed)
    sides = [compress(arrays, rows) for rows in (train.table.seen, train.table.mirrored)]
    arrays |= fit_garment(train, sides, arrays)
    both = np.concatenate([joined(arrays, side, train.table.looks) for side in sides])
    twice = (*train.photos, *train.photos)
    arrays |= fit_category(both, twice)
    arrays |= _classes("shot_type", both, [p.shot for p in twice], twice, SHOTS, SHOT_C)
    weights, offsets = zip(*(fit_flag(both, twice, flag)[:2] for flag in FLAGS), strict=True)
    arrays |= {"flags_weight": np.stack(weights, axis=1), "flags_offset": np.array(offsets)}
    types = {"outline_axes": np.float16, "feature_axes": np.float16, "leading": np.int32}  # rounded already
    return {name: value.astype(types.get(name, np.float32)) for name, value in (arrays | _novelty(both)).items()}


def balanced(photos: Sequence[Photo], answers: np.ndarray) -> np.ndarray:
    """Weights under which each answer counts the same inside each source, so that the source says nothing.

    A source with a single answer keeps little weight: what tells it from the others is the source itself.
    """
    sources = np.array([photo.source for photo in photos])
    weights = np.zeros(len(answers))
    for source in np.unique(sources):
        inside = sources == source
        values = np.unique(answers[inside])
        for value in values:
            rows = inside & (answers == value)
            weights[rows] = (1.0 if len(values) > 1 else ONE_SIDED) / rows.sum()
    return weights * len(answers) / weights.sum()


def fit_garment(
    train: Material, sides: Sequence[np.ndarray], arrays: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Weight and offset of the garment's head.

    Args:
        train: Training photos, with the outlines of turned copies of those that have a kind.
        sides: What is seen of them and of their mirrored copies, compressed.
        arrays: What compresses.
    """
    known = np.array([photo.kind is not None for photo in train.photos])
    kinds = np.array([KINDS.index(photo.kind) for photo in train.photos if photo.kind is not None])
    copies = [*(side[known] for side in sides), *(compress(arrays, rows) for rows in train.turned)]
    weights = np.full(len(copies) * len(kinds), 2.0 / len(copies))  # all copies of a photo count 2 together
    return _linear("garment", np.concatenate(copies), np.tile(kinds, len(copies)), weights, len(KINDS), GARMENT_C)


def fit_category(rows: np.ndarray, photos: Sequence[Photo]) -> dict[str, np.ndarray]:
    """Weight and offset of the category's head."""
    return _classes("category", rows, [photo.category for photo in photos], photos, CATEGORIES, CATEGORY_C)


def fit_flag(rows: np.ndarray, photos: Sequence[Photo], flag: str) -> tuple[np.ndarray, float, np.ndarray]:
    """Weight and offset of one flag, calibrated on answers for photos it did not learn from; those answers too.

    The third value is the cross-fitted logit of every row, NaN where the flag is not known.
    """
    from sklearn.linear_model import LogisticRegression

    known = np.array([flag in photo.flags for photo in photos])
    answers = np.array([photo.flags.get(flag, False) for photo in photos])
    folds = np.array([fold_of(photo.group) for photo in photos])
    held = np.full(len(photos), np.nan)

    def fitted(keep: np.ndarray) -> LogisticRegression:
        weights = balanced([photo for photo, k in zip(photos, keep, strict=True) if k], answers[keep])
        return LogisticRegression(C=FLAG_C, max_iter=500).fit(rows[keep], answers[keep], sample_weight=weights)

    for fold in range(FOLDS):
        learn, ask = known & (folds != fold), known & (folds == fold)
        if ask.any() and len(np.unique(answers[learn])) == 2:
            held[ask] = fitted(learn).decision_function(rows[ask])
    asked = ~np.isnan(held)
    if len(np.unique(answers[asked])) < 2:  # too few groups to ask any of them about what others taught
        return np.zeros(rows.shape[1]), 0.0, held
    platt = LogisticRegression(C=1.0).fit(held[asked, None], answers[asked])  # Platt 1999, at the pool's base rate
    slope, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    whole = fitted(known)
    return whole.coef_[0] * slope, float(whole.intercept_[0]) * slope + shift, held


def fold_of(group: str) -> int:
    """The fold of a sender or an item, always the same."""
    return int(hashlib.sha256(f"fold {group}".encode()).hexdigest(), 16) % FOLDS


def calibrated(arrays: dict[str, np.ndarray], head: str, probability: np.ndarray, truth: np.ndarray) -> float:
    """Cool or heat a head so that its probabilities fit photos it did not learn from; changes its arrays.

    Returns:
        What its logits were multiplied by.

    Source: Guo et al., "On calibration of modern neural networks", ICML 2017 (temperature scaling).
    """
    from scipy.optimize import minimize_scalar

    logits = np.log(np.clip(probability, 1e-9, 1.0))

    def loss(log_cooling: float) -> float:
        scaled = logits * np.exp(log_cooling)
        return float((np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(len(truth)), truth]).mean())

    cooling = np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x)
    for part in ("weight", "offset"):
        arrays[f"{head}_{part}"] = (arrays[f"{head}_{part}"] * cooling).astype(np.float32)
    return float(cooling)


def _compression(train: Material, seed: int) -> dict[str, np.ndarray]:
    garments = np.array([photo.kind is not None for photo in train.photos])
    both = np.concatenate([side[garments] for side in (train.table.seen, train.table.mirrored)]).astype(np.float32)
    outlines, features = np.split(both, [OUTLINES], axis=1)
    weight = np.repeat(np.float32(list(WEIGHTS.values())), [BLOCKS[name] for name in WEIGHTS])
    found = _axes("outline", outlines, weight, OUTLINE_AXES, OUTLINE_FLATTEN, seed)
    scale = 1.0 / (features.std(axis=0) + FEATURE_FLOOR)
    found |= _axes("feature", features, scale, FEATURE_AXES, FEATURE_FLATTEN, seed, FEATURE_WEIGHT)
    first = found["outline_axes"].shape[1]
    looks = train.table.looks
    return found | {
        "leading": np.concatenate([np.arange(min(LEADING[0], first)), first + np.arange(LEADING[1])]),
        "looks_middle": looks.mean(axis=0), "looks_scale": looks.std(axis=0) + 1e-3,
    }  # fmt: skip


def _axes(
    name: str, rows: np.ndarray, weight: np.ndarray, most: int, flatten: float, seed: int, scale: float = 1.0
) -> dict[str, np.ndarray]:
    """Principal axes of weighted columns, the strong ones flattened."""
    from sklearn.decomposition import PCA

    axes = PCA(min(most, *rows.shape), random_state=seed, svd_solver="randomized").fit(rows * weight)
    spread = axes.transform(rows * weight).var(axis=0)
    turned = scale * axes.components_.T * weight[:, None] / np.sqrt(spread + flatten * spread.mean())
    return {f"{name}_middle": axes.mean_ / weight, f"{name}_axes": turned.astype(np.float16).astype(np.float32)}


def _classes(
    head: str, rows: np.ndarray, words: list[str | None], photos: Sequence[Photo], names: tuple[str, ...], c: float
) -> dict[str, np.ndarray]:
    known = np.array([word is not None for word in words])
    answers = np.array([names.index(word) for word in words if word is not None])
    pairs = [(p.source, word) for p, word in zip(photos, words, strict=True) if word is not None]
    _, place, counts = np.unique(
        [f"{source}/{word}" for source, word in pairs], return_inverse=True, return_counts=True
    )
    weights = 1.0 / np.sqrt(counts[place])  # between counting photos and counting classes
    return _linear(head, rows[known], answers, weights * len(weights) / weights.sum(), len(names), c)


def _linear(
    head: str, rows: np.ndarray, answers: np.ndarray, weights: np.ndarray, classes: int, c: float
) -> dict[str, np.ndarray]:
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=c, max_iter=300).fit(rows, answers, sample_weight=weights)
    weight = np.zeros((rows.shape[1], classes))
    offset = np.full(classes, -20.0)  # a class without a photo is never said
    weight[:, found.classes_], offset[found.classes_] = found.coef_.T, found.intercept_
    return {f"{head}_weight": weight, f"{head}_offset": offset}


def _novelty(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Distance from the training photos in their own axes, each at its own scale, 1 at their 99th percentile."""
    from sklearn.decomposition import PCA

    axes = PCA(min(NOVELTY_AXES, *rows.shape), random_state=0, svd_solver="randomized", whiten=True).fit(rows)
    projection = axes.components_.T / np.sqrt(axes.explained_variance_)
    distance = np.sqrt(np.square((rows - axes.mean_) @ projection).mean(axis=1))
    limit = np.quantile(distance, NOVELTY_QUANTILE)
    return {"novelty_middle": axes.mean_, "novelty_axes": projection, "novelty_limit": np.array(limit)}
