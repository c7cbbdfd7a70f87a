"""What the classifier makes of crops besides its answer: each member's own odds, and where like lies by like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.model import Model
from pipeline.models.mole_hair import BATCH, CLASSES, NAME, calibrated, pooled, relative


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """``votes`` is (members, N, classes), ``odds`` (N, classes) their agreed answer, ``embedding`` (N, dimensions)."""

    odds: np.ndarray
    votes: np.ndarray
    embedding: np.ndarray


def mole_hair_view(crops: np.ndarray, model: Model | None = None) -> View:
    """Look at crops with every member of the classifier.

    Args:
        crops: (N, 32, 32, 3) ``uint8``, as `mole_hair` takes them.
        model: Weights; the shipped ones if None.

    Raises:
        ModelError: The weights are missing, damaged or of another version.
    """
    model = model or load_model(NAME, WEIGHTS)
    members = [name.removesuffix(".head_weight") for name in sorted(model.arrays) if name.endswith(".head_weight")]
    slope, offset = model.array("calibration_slope", (1,)), model.array("calibration_offset", (len(CLASSES),))
    batches = [relative(crops[start : start + BATCH]) for start in range(0, len(crops), BATCH)]
    seen = [np.concatenate([pooled(batch, model, member) for batch in batches]) for member in members]
    logits = [
        one @ model.array(f"{member}.head_weight") + model.array(f"{member}.head_bias")
        for member, one in zip(members, seen, strict=True)
    ]
    return View(
        odds=calibrated(np.mean(logits, axis=0), slope, offset),
        votes=np.stack([calibrated(one, slope, offset) for one in logits]),
        embedding=np.concatenate(seen, axis=1),
    )
