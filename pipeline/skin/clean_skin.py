"""Skin that may be taken to paint with: nothing lies on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def clean_skin(skin: np.ndarray, taken: Sequence[tuple[np.ndarray, tuple[int, int]]]) -> np.ndarray:
    """Skin without what lies on it.

    Args:
        skin: bool (H, W).
        taken: Masks, each with the column and row of its first pixel; parts beyond the frame are ignored.
    """
    clean = skin.copy()
    for mask, (left, top) in taken:
        mask = mask[max(0, -top) :, max(0, -left) :]
        box = clean[max(0, top) :, max(0, left) :][: mask.shape[0], : mask.shape[1]]
        box[mask[: box.shape[0], : box.shape[1]]] = False
    return clean
