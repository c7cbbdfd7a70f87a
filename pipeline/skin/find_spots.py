"""Finds what stands out on skin: everything that may be a mole, a freckle, or a hair lying over it."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.skin.blobs import blobs
from pipeline.skin.darkness import darkness
from pipeline.skin.ridges import ridges
from pipeline.skin.spot import Spot

MOSTLY = 0.6  # share of a spot that lies on another
BEAD = 3.0  # a line this many times longer than a round spot owns it
STROKE = 36.0  # px of the working size: shorter lines that lie in a spot not much larger are part of it


def find_spots(image: np.ndarray, skin: np.ndarray) -> list[Spot]:
    """Candidates for the classifier: better one too many than one too few.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``, sRGB-encoded.
        skin: bool (H, W): where to look.

    Returns:
        Spots in the geometry of ``image``: blobs, strongest first, then ridges.
    """
    dark, scale = darkness(image)
    where = cv2.resize(skin.astype(np.uint8), dark.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    round_ones, lines = _sorted_out(blobs(dark, where), ridges(dark, where), dark.shape)
    return [_back(spot, scale, image.shape[:2]) for spot in round_ones + lines]


def _sorted_out(round_ones: list[Spot], lines: list[Spot], shape: tuple[int, int]) -> tuple[list[Spot], list[Spot]]:
    """Each thing once: no beads along a hair, no strokes inside a small spot."""
    longest = np.zeros(shape, np.float32)  # length of the longest line at each pixel
    for line in lines:
        _raise(longest, line, line.size_px)
    beads = {id(spot) for spot in round_ones if _share(longest, spot, BEAD * spot.size_px) > MOSTLY}
    round_ones = [spot for spot in round_ones if id(spot) not in beads]
    smallest = np.zeros(shape, np.float32)  # inverse diameter of the smallest spot at each pixel
    for spot in round_ones:
        _raise(smallest, spot, 1.0 / spot.size_px)
    lines = [line for line in lines if line.size_px > STROKE or _share(smallest, line, 1.0 / STROKE) <= MOSTLY]
    return round_ones, lines


def _raise(level: np.ndarray, spot: Spot, value: float) -> None:
    box = level[spot.top : spot.top + spot.height, spot.left : spot.left + spot.width]
    own = spot.mask[: box.shape[0], : box.shape[1]]
    box[own] = np.maximum(box[own], value)


def _share(level: np.ndarray, spot: Spot, least: float) -> float:
    """Share of the spot where the level is at least so high."""
    box = level[spot.top : spot.top + spot.height, spot.left : spot.left + spot.width]
    own = spot.mask[: box.shape[0], : box.shape[1]]
    return float(np.mean(box[own] >= least)) if own.any() else 0.0


def _back(spot: Spot, scale: float, shape: tuple[int, int]) -> Spot:
    """The spot in the geometry of the picture."""
    if scale == 1.0:
        return spot
    left, top = round(spot.left / scale), round(spot.top / scale)
    size = max(1, round(spot.width / scale)), max(1, round(spot.height / scale))
    mask = cv2.resize(spot.mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    mask = mask[: shape[0] - top, : shape[1] - left]
    return Spot(
        shape=spot.shape, x_px=spot.x_px / scale, y_px=spot.y_px / scale, size_px=spot.size_px / scale,
        contrast=spot.contrast, left=left, top=top, mask=mask,
    )  # fmt: skip
