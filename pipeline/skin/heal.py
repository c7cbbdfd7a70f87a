"""Paints over a spot with skin from beside it: its texture, in the light and colour of the place."""

from __future__ import annotations

import cv2
import numpy as np

DIRECTIONS = 16
DISTANCES = (1.15, 1.6, 2.2, 3.0)  # of the region's diameter, to the middle of the skin that is taken
RING = 3  # px around the region that must match
ENOUGH = 0.5  # share of that rim that must be clean skin
MATCH, SLACK = 2.5, 2.0  # times the skin's roughness, 8-bit levels: skin whose rim differs more shows as a patch
MOST = 12.0  # 8-bit levels: however rough the skin is
GRAIN = 2.0  # px, sigma below which is texture
ROUGH = 0.5  # how much a difference in roughness counts beside one in colour
LIGHT = 0.1  # how much a difference in light counts, which is evened out anyway
COARSE = 40  # px: the difference of light and colour is smooth, so it is carried inwards at this size
POWER = 3.0  # of the distance: near pixels of the rim decide
SMOOTH = 1.5  # px, sigma: the rim's noise is not carried inwards
FEATHER = 2.0  # px over which the old goes into the new


def heal(image: np.ndarray, region: np.ndarray, clean: np.ndarray, corner: tuple[int, int]) -> np.ndarray | None:
    """The pixels of a region painted over, or None where there is no clean skin nearby to take from.

    The skin taken is moved in whole, so that pores and grain stay what they are; what differs along the rim (light,
    colour) is spread over it smoothly. Nothing outside the region changes.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``.
        region: bool (h, w): what is painted over.
        clean: bool (H, W): skin that may be taken, free of spots and hairs.
        corner: Column and row of the region's first pixel in the image.

    Returns:
        (h, w, 3) like ``image``.

    Source: Georgiev, "Covariant derivatives and vision", ECCV 2006 (healing brush); the smooth spreading after
    Farbman et al., "Coordinates for instant image cloning", SIGGRAPH 2009, with inverse cubic distances.
    """
    framed = np.pad(region, RING + 1).astype(np.uint8)
    ring = cv2.dilate(framed, np.ones((2 * RING + 1, 2 * RING + 1), np.uint8)) > framed
    left, top = corner[0] - RING - 1, corner[1] - RING - 1
    here = _window(image, left, top, framed.shape)
    if here is None:
        return None
    known, here = ring & _window(clean, left, top, framed.shape), here.astype(np.float32)
    if known.sum() < ENOUGH * ring.sum():
        return None
    taken = _best(image, clean, here, known, framed > 0, (left, top))
    if taken is None:
        return None
    painted = taken + _spread(here - taken, known, framed > 0)
    inside = cv2.distanceTransform(framed, cv2.DIST_L2, 3)
    weight = np.clip(inside / FEATHER, 0.0, 1.0)[..., None]
    result = here + (painted - here) * weight
    result = np.clip(np.rint(result), 0, np.iinfo(image.dtype).max).astype(image.dtype)
    edge = RING + 1
    return result[edge:-edge, edge:-edge]


def _best(image, clean, here, known, region, corner) -> np.ndarray | None:
    """The clean window whose rim is most like this one's, in colour once light is evened out, and in roughness."""
    diameter = float(np.sqrt(region.sum() * 4 / np.pi)) + 2 * RING
    rim, best, least = here[known], None, np.inf
    roughness, level = _roughness(here, known), np.iinfo(image.dtype).max / 255
    limit = min(MATCH * roughness + SLACK * level, MOST * level)
    for distance in DISTANCES:
        for index in range(DIRECTIONS):
            angle = 2 * np.pi * index / DIRECTIONS
            left = corner[0] + round(distance * diameter * np.cos(angle))
            top = corner[1] + round(distance * diameter * np.sin(angle))
            free = _window(clean, left, top, region.shape)
            if free is None or not free[region | known].all():
                continue
            window = _window(image, left, top, region.shape).astype(np.float32)
            apart = window[known] - rim
            uneven = float((apart - apart.mean(0)).std())
            if uneven > limit:
                continue
            rough = abs(_roughness(window, region | known) - roughness)
            cost = uneven + LIGHT * float(np.abs(apart.mean(0)).mean()) + ROUGH * rough
            if cost < least:
                best, least = window, cost
    return best


def _roughness(image: np.ndarray, where: np.ndarray) -> float:
    """Scatter of the fine detail, from those pixels alone."""
    weight = where.astype(np.float32)
    smooth = cv2.GaussianBlur(image * weight[..., None], (0, 0), GRAIN)
    smooth /= np.maximum(cv2.GaussianBlur(weight, (0, 0), GRAIN), 1e-6)[..., None]
    return float((image - smooth)[where].std())


def _spread(apart: np.ndarray, known: np.ndarray, region: np.ndarray) -> np.ndarray:
    """The difference along the rim, carried smoothly over the region; zero elsewhere is never looked at."""
    weight = cv2.GaussianBlur(known.astype(np.float32), (0, 0), SMOOTH)[..., None]
    smooth = cv2.GaussianBlur(apart * known[..., None], (0, 0), SMOOTH) / np.maximum(weight, 1e-6)
    scale = max(1.0, max(region.shape) / COARSE)
    rows, columns = np.nonzero(known)
    step = max(1, len(rows) // 400)
    rows, columns = rows[::step], columns[::step]
    values = smooth[rows, columns]
    shape = max(2, round(region.shape[0] / scale)), max(2, round(region.shape[1] / scale))
    y, x = np.meshgrid(
        (np.arange(shape[0]) + 0.5) * region.shape[0] / shape[0] - 0.5,
        (np.arange(shape[1]) + 0.5) * region.shape[1] / shape[1] - 0.5, indexing="ij",
    )  # fmt: skip
    square = (y.reshape(-1, 1) - rows) ** 2 + (x.reshape(-1, 1) - columns) ** 2 + 0.25
    near = square ** (-POWER / 2)
    carried = ((near @ values) / near.sum(1, keepdims=True)).reshape(*shape, 3).astype(np.float32)
    return cv2.resize(carried, region.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _window(image: np.ndarray, left: int, top: int, shape: tuple[int, int]) -> np.ndarray | None:
    if left < 0 or top < 0 or left + shape[1] > image.shape[1] or top + shape[0] > image.shape[0]:
        return None
    return image[top : top + shape[0], left : left + shape[1]]
