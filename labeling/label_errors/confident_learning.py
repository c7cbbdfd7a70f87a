"""Confident learning: labels that a model which never saw them contradicts more surely than it usually agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.domain.errors import LabelingError

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A label that is probably wrong. ``margin`` is how much likelier the model finds ``suggested``, 0 to 1."""

    place: int  # among the labels that were looked at
    given: int
    suggested: int
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelErrors:
    """``joint`` is the estimated share of labels that say the row's class and are the column's; it adds up to 1.

    ``suspects`` come surest first; ``expected`` is how many of all labels are wrong by the estimate.
    """

    joint: np.ndarray
    suspects: tuple[Suspect, ...]
    expected: float


def confident_learning(labels: np.ndarray, odds: np.ndarray) -> LabelErrors:
    """Estimate how many labels are wrong, and which.

    A class is confidently said of an item where its probability reaches the mean probability of that class over the
    items labelled so; a class the model is shy about is thereby not missed, one it says lightly not believed.

    Args:
        labels: (N,) index of the class that was given.
        odds: (N, classes) probabilities by a model that did not learn from the item, nor from any of its photo.

    Raises:
        LabelingError: The shapes do not fit, or a class was never given.

    Source: Northcutt, Jiang & Chuang (2021), Confident learning: estimating uncertainty in dataset labels, Journal of
    Artificial Intelligence Research 70, 1373-1411 (sections 3.1 and 3.2; pruned by "confident joint off the diagonal").
    """
    import numpy as np

    labels, odds = np.asarray(labels), np.asarray(odds, float)
    classes = odds.shape[1] if odds.ndim == 2 else 0
    if odds.shape != (len(labels), classes) or not len(labels):
        raise LabelingError(f"{odds.shape} probabilities for {len(labels)} labels", allowed="(labels, classes)")
    given = np.bincount(labels, minlength=classes)
    if len(given) > classes or (given == 0).any():
        raise LabelingError(f"labels a class: {given.tolist()}", allowed=f"each of {classes} classes at least once")
    limits = np.array([odds[labels == one, one].mean() for one in range(classes)])
    reached = np.where(odds >= limits - 1e-12, odds, -1.0)
    said = np.where(reached.max(axis=1) >= 0, reached.argmax(axis=1), -1)
    counted = np.zeros((classes, classes))
    np.add.at(counted, (labels[said >= 0], said[said >= 0]), 1)
    joint = _calibrated(counted, given)
    off = np.flatnonzero((said >= 0) & (said != labels))
    margins = odds[off, said[off]] - odds[off, labels[off]]
    suspects = tuple(
        Suspect(place=int(off[one]), given=int(labels[off[one]]), suggested=int(said[off[one]]),
                margin=float(margins[one]))
        for one in np.argsort(-margins, kind="stable")
    )  # fmt: skip
    return LabelErrors(joint=joint, suspects=suspects, expected=float(len(labels) * (1 - np.trace(joint))))


def _calibrated(counted: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Rows brought to how often each class was given; one of which nothing was confidently said stands as it is."""
    import numpy as np

    rows = counted.sum(axis=1, keepdims=True)
    known = np.where(rows > 0, counted / np.maximum(rows, 1), np.eye(len(given)))
    return known * given[:, None] / given.sum()
