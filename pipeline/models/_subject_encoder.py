"""What the subject network's encoder sees of a product: its feature maps, pooled over the product alone."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

GRID = 4  # places each way that a map is read at, beside the product's mean
LEVELS = (64, 128, 192)  # channels of the maps at 1/8, 1/16 and 1/32 of the square
COLUMNS = sum(LEVELS) * (1 + GRID**2)
AROUND = 1e-3  # weight of what is no product: an empty place gives nothing, never a division by nothing


@functools.cache
def encoder(graph: Path | bytes) -> InferenceSession:
    """The encoder, from its file or its bytes, on one thread; kept for as long as the process lives."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # one process a core; the executor starts several
    given = graph if isinstance(graph, bytes) else str(graph)
    return InferenceSession(given, options, providers=["CPUExecutionProvider"])


def encode(photo: np.ndarray, alpha: np.ndarray, session: InferenceSession) -> np.ndarray:
    """Features of one subject, float32 (COLUMNS,).

    Args:
        photo: The subject in its square, (S, S, 3) ``uint8``, S a multiple of 128.
        alpha: Its opacity, (S, S) ``uint8``.
        session: See `encoder`.
    """
    seen = np.ascontiguousarray(photo.transpose(2, 0, 1)[None], np.float32) / np.float32(255)
    found = []
    for (level,) in session.run(None, {"photo": seen}):
        side = level.shape[-1]
        weight = cv2.resize(alpha, (side, side), interpolation=cv2.INTER_AREA) / np.float32(255) + np.float32(AROUND)
        inside = (level * weight).reshape(len(level), GRID, side // GRID, GRID, side // GRID).mean(axis=(2, 4))
        found += [inside.mean(axis=(1, 2)) / weight.mean(), inside.ravel()]
    return np.sqrt(np.maximum(np.concatenate(found), 0)).astype(np.float32)
