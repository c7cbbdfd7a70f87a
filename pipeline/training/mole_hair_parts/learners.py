"""Two ways to learn mole, hair or neither from some labels: the network itself, or rings and straight lines at once.

Both are for asking what labels are worth, again and again; the shipped classifier is trained by `pipeline.training`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from pipeline.models.mole_hair import CLASSES, SIDE, calibrated, relative
from pipeline.models.mole_hair_view import View
from pipeline.training.mole_hair_parts.labelled import Labelled, squares
from pipeline.training.mole_hair_parts.network import fit, torch_embedding

STEPS = 160  # a shorter training than the shipped one, the one of the learning curve
MEMBERS = 2  # networks whose disagreement counts
RINGS = 8  # from the middle of the square to its edge
COMMITTEE = 4  # straight lines, each learned from photos drawn anew

Look = Callable[[Labelled], View]  # what somebody who has learned makes of crops
Learner = Callable[[Labelled, int], Look]  # labels and a seed -> that


def network(data: Labelled, seed: int) -> Look:
    """Two small networks, learned from scratch: seconds each."""
    members = [fit(data, seed=seed * MEMBERS + member, steps=STEPS) for member in range(MEMBERS)]

    def look(crops: Labelled) -> View:
        inner = squares(crops.crops)
        seen = [torch_embedding(member, inner) for member in members]
        logits = [one @ member["head_weight"] + member["head_bias"] for member, one in zip(members, seen, strict=True)]
        return _view(np.stack(logits), np.concatenate(seen, axis=1))

    return look


def rings(data: Labelled, seed: int) -> Look:
    """Colour, roughness and direction by ring around the middle, and straight lines between the classes: at once."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    rng, photos = np.random.default_rng(seed), np.unique(data.sources)
    table = ring_table(squares(data.crops))
    scale = StandardScaler().fit(table)
    lines = []
    for member in range(COMMITTEE):
        drawn = photos if member == 0 else rng.choice(photos, len(photos))
        weight = np.array([np.count_nonzero(drawn == source) for source in data.sources], float)
        if len(set(data.labels[weight > 0])) < 2:  # a draw in which only one class is left teaches nothing
            weight = np.ones(len(data))
        weight *= _balance(data.labels)
        lines.append(LogisticRegression(C=0.3, max_iter=200).fit(scale.transform(table), data.labels, weight))

    def look(crops: Labelled) -> View:
        rows = scale.transform(ring_table(squares(crops.crops)))
        logits = np.full((len(lines), len(rows), len(CLASSES)), -12.0)
        for member, line in enumerate(lines):
            logits[member][:, line.classes_] = np.log(np.maximum(line.predict_proba(rows), 1e-6))
        return _view(logits, rows)

    return look


LEARNERS: Mapping[str, Learner] = {"network": network, "rings": rings}


def ring_table(inner: np.ndarray) -> np.ndarray:
    """Measures of squares (N, 32, 32, 3) that do not change when the photo is turned: (N, columns)."""
    light = relative(inner)
    grey = light.mean(3)
    down, across = np.gradient(grey, axis=(1, 2))
    middle = (SIDE - 1) / 2
    y, x = np.mgrid[:SIDE, :SIDE] - middle
    ring = np.minimum((np.hypot(y, x) / (middle + 0.5) * RINGS).astype(int), RINGS)  # the corners are the last one
    columns = []
    for place in range(RINGS + 1):
        of_it = ring == place
        values = light[:, of_it]
        columns += [values.mean(1), values.std(1)]
        xx, yy, xy = ((a[:, of_it] * b[:, of_it]).mean(1) for a, b in ((across, across), (down, down), (across, down)))
        strength = xx + yy
        one_way = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / (strength + 1e-6)  # 1: all edges lie alike, as along a hair
        columns += [np.log(strength + 1e-4)[:, None], one_way[:, None]]
    return np.concatenate(columns, axis=1)


def _view(logits: np.ndarray, embedding: np.ndarray) -> View:
    plain = np.ones(1), np.zeros(len(CLASSES))
    votes = np.stack([calibrated(one, *plain) for one in logits])
    return View(odds=votes.mean(0), votes=votes, embedding=embedding)


def _balance(labels: np.ndarray) -> np.ndarray:
    counts = np.bincount(labels, minlength=len(CLASSES))
    return (len(labels) / np.maximum(counts, 1) / np.count_nonzero(counts))[labels]
