"""Weighing evidence: a small fitted function from evidence to probability, kept as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.models.load_model import WEIGHTS, load_model

CHUNK = 8192  # pixels at a time: their hidden values stay in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Weighing:
    """One hidden layer with a soft sign, then a logistic."""

    inner: np.ndarray  # float32 (hidden, features)
    inner_offset: np.ndarray  # float32 (hidden, 1)
    outer: np.ndarray  # float32 (hidden,)
    outer_offset: float

    def __call__(self, table: np.ndarray) -> np.ndarray:
        """Probability of subject, float32 (n,), for evidence float32 (features, n)."""
        score = np.empty(table.shape[1], np.float32)
        for start in range(0, len(score), CHUNK):
            part = slice(start, start + CHUNK)
            hidden = self.inner @ table[:, part]
            hidden += self.inner_offset
            hidden /= np.abs(hidden) + np.float32(1.0)
            np.dot(self.outer, hidden, out=score[part])
        return 1.0 / (1.0 + np.exp(-score - np.float32(self.outer_offset)))


def weighings(folder: Path = WEIGHTS) -> tuple[Weighing, Weighing]:
    """The fitted functions of the classical engine, for the first look, then for the second.

    Raises:
        ModelError: The weights cannot be used.
    """
    model = load_model("classical_evidence", folder)
    return tuple(
        Weighing(
            model.array(f"{look}.inner", (None, None), "float32"),
            model.array(f"{look}.inner_offset", (None, 1), "float32"),
            model.array(f"{look}.outer", (None,), "float32"),
            float(model.array(f"{look}.outer_offset", (1,), "float32")[0]),
        )
        for look in ("first", "second")
    )


def weights_hash() -> str:
    """SHA-256 of the weights file: part of every result's key."""
    return load_model("classical_evidence").sha256
