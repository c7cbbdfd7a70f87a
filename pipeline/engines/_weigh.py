"""Weighing evidence: a small fitted function from evidence to probability, kept as plain arrays."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workbench.domain.errors import UsageError

WEIGHTS = Path(__file__).resolve().parents[1] / "models" / "weights" / "classical_evidence.safetensors"

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


@functools.cache
def weighings(path: Path = WEIGHTS) -> tuple[Weighing, ...]:
    """The fitted functions of the classical engine, for the first look, then for the second.

    Raises:
        UsageError: The file is missing or not what it should be.

    Source:
        Format: safetensors (length, JSON header, raw little-endian arrays); fitted by
        ``python -m pipeline.training.fit_classical_evidence``.
    """
    try:
        data = path.read_bytes()
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + length])
    except (OSError, ValueError) as error:
        raise UsageError(f"weights cannot be read: {error}", where=str(path)) from error

    def array(name: str) -> np.ndarray:
        start, end = header[name]["data_offsets"]
        return np.frombuffer(data[8 + length + start : 8 + length + end], "<f4").reshape(header[name]["shape"])

    looks = [look for look in ("first", "second") if f"{look}.inner" in header]
    return tuple(
        Weighing(
            array(f"{look}.inner"),
            array(f"{look}.inner_offset"),
            array(f"{look}.outer"),
            float(array(f"{look}.outer_offset")[0]),
        )
        for look in looks
    )


def weights_hash() -> str:
    """SHA-256 of the weights file: part of every result's key."""
    return hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
