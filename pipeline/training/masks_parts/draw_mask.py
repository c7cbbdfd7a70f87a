"""A mask from outlines set by eye: parts, holes in them, and what nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from pipeline.training.masks_parts.lasso import lasso

SUBJECT, NOT_KNOWN = 255, 128  # grey values of a mask; 0 is backdrop
FINER = 4  # times the photo's resolution an outline is filled at
FRACTION_BITS = 4  # of a coordinate handed to OpenCV


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One closed line: its anchors, where it is straight, and how far from them an edge is looked for."""

    kind: Literal["part", "hole", "not_known"]
    anchors: tuple[tuple[float, float], ...]
    straight: tuple[int, ...]  # numbers of the anchors after which the line is straight
    reach_px: float


def draw_mask(photo: np.ndarray, outlines: Iterable[Outline]) -> np.ndarray:
    """Fill outlines in their order; what is not known wins over all.

    Args:
        photo: uint8 RGB (h, w, 3).
        outlines: Parts and holes in the order they lie on each other.

    Returns:
        uint8 (h, w): 255 subject, 0 backdrop, 128 not known.
    """
    mask = np.zeros(photo.shape[:2], np.uint8)
    not_known = np.zeros(photo.shape[:2], bool)
    for outline in outlines:
        straight = np.isin(np.arange(len(outline.anchors)), outline.straight)
        inside = _filled(lasso(photo, np.array(outline.anchors), straight, outline.reach_px), photo.shape[:2])
        if outline.kind == "not_known":
            not_known |= inside
        else:
            mask[inside] = SUBJECT if outline.kind == "part" else 0
    mask[not_known] = NOT_KNOWN
    return mask


def _filled(line: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Pixels of which at least half lies inside."""
    large = np.zeros((shape[0] * FINER, shape[1] * FINER), np.uint8)
    corners = np.round(((line + 0.5) * FINER - 0.5) * (1 << FRACTION_BITS)).astype(np.int32)
    cv2.fillPoly(large, [corners], 255, shift=FRACTION_BITS)
    return cv2.resize(large, shape[::-1], interpolation=cv2.INTER_AREA) >= 128
