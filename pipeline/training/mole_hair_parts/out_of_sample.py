"""What is said of each crop by somebody who learned from other photos only."""

from __future__ import annotations

import numpy as np

from pipeline.models.mole_hair import CLASSES
from pipeline.training.mole_hair_parts.labelled import Labelled
from pipeline.training.mole_hair_parts.learners import Learner

FOLDS = 5


def out_of_sample(data: Labelled, learner: Learner, *, seed: int = 0, folds: int = FOLDS) -> np.ndarray:
    """Probabilities (N, classes); all crops of a photo are held out together.

    Args:
        data: Labelled crops.
        learner: How to learn.
        seed: Which photos are held out together.
        folds: How often it is learned.
    """
    photos = np.unique(data.sources)
    order = np.random.default_rng(seed).permutation(len(photos))
    fold = dict(zip(photos, order % folds, strict=True))
    held = np.array([fold[source] for source in data.sources])
    odds = np.zeros((len(data), len(CLASSES)))
    for number in range(min(folds, len(photos))):
        own = held == number
        odds[own] = learner(data.take(np.flatnonzero(~own)), seed + number)(data.take(np.flatnonzero(own))).odds
    return odds
