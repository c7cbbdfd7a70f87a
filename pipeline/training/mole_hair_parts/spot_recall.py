"""How many of the spots and hairs that were marked by eye the detector finds, and how many it would find by chance."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pipeline.skin.spot import Spot

NEAR = 8  # px between a mark and what was found: marks were set by eye on a reduced picture
COVERED = 0.5  # share of a hair's length that must be found
OVERLAP = 0.3  # of the boxes of a mole, intersection over union
STUB, STUB_SPOT = 45, 45  # px: a hair so short may be found as a round spot so small
LARGEST_SPOT = 200  # px: a larger find is not the small dark spot that was marked
MIDDLE = 0.3  # of a find's side: how far from its middle a dark spot's mark may lie
STEP = 3  # px between points along a hair


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing marked in a photo: a mole by two corners, a dark spot by its middle, a hair by points along it."""

    kind: str  # mole, dark spot, hair
    points: tuple[tuple[int, int], ...]


def marks(file: Path) -> dict[str, list[Mark]]:
    """Photo -> what was marked in it."""
    found: dict[str, list[Mark]] = {}
    with open(file, newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            points = tuple(tuple(int(value) for value in point.split(",")) for point in row["points"].split())
            found.setdefault(row["source"], []).append(Mark(kind=row["kind"], points=points))
    return found


def hits(
    marked: list[Mark], spots: list[Spot], shape: tuple[int, int], shift: tuple[float, float] = (0, 0)
) -> Iterator[bool]:
    """Whether each mark was found.

    Args:
        marked: Of one photo.
        spots: What the detector found there.
        shape: Of the photo.
        shift: Moves all marks (hairs wrap around): what is found then is found by chance.
    """
    lines = np.zeros(shape, np.uint8)
    for spot in spots:
        if spot.shape == "ridge":
            box = lines[spot.top : spot.top + spot.height, spot.left : spot.left + spot.width]
            box |= spot.mask[: box.shape[0], : box.shape[1]].astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * NEAR + 1, 2 * NEAR + 1))
    near, rounds = cv2.dilate(lines, disc), [spot for spot in spots if spot.shape == "blob"]
    for mark in marked:
        if mark.kind == "hair":
            yield _hair(mark, rounds, near, shift)
        elif mark.kind == "mole":
            yield any(_overlap(np.ravel(mark.points) + np.tile(shift, 2), spot) >= OVERLAP for spot in rounds)
        else:
            x, y = np.array(mark.points[0]) + shift
            x, y = (x % shape[1], y % shape[0]) if any(shift) else (x, y)
            yield any(_around(spot, x, y) for spot in spots)


def along(points: tuple[tuple[int, int], ...]) -> np.ndarray:
    """Points every few pixels on a smooth curve through those marked (Catmull-Rom)."""
    knots = np.array(points, float)
    knots = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    out = []
    for a, b, c, d in zip(knots[:-3], knots[1:-2], knots[2:-1], knots[3:], strict=True):
        t = np.linspace(0, 1, max(2, int(np.hypot(*(c - b)) / STEP)))[:, None]
        out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack(out)


def _hair(mark: Mark, rounds: list[Spot], near: np.ndarray, shift: tuple[float, float]) -> bool:
    curve = along(mark.points) + shift
    last = np.array(near.shape[::-1]) - 1
    curve = curve % (last + 1) if any(shift) else curve
    pixels = curve.round().astype(int).clip(0, last)
    if near[pixels[:, 1], pixels[:, 0]].mean() >= COVERED:
        return True
    x, y = curve.mean(0)
    return len(curve) * STEP < STUB and any(spot.size_px < STUB_SPOT and _holds(spot, x, y) for spot in rounds)


def _around(spot: Spot, x: float, y: float) -> bool:
    side = max(spot.width, spot.height)
    off = np.hypot(spot.x_px - x, spot.y_px - y)
    return side <= LARGEST_SPOT and _holds(spot, x, y) and off < max(2 * NEAR, MIDDLE * side)


def _holds(spot: Spot, x: float, y: float) -> bool:
    return (
        spot.left - NEAR <= x <= spot.left + spot.width + NEAR and spot.top - NEAR <= y <= spot.top + spot.height + NEAR
    )


def _overlap(box: np.ndarray, spot: Spot) -> float:
    wide = min(box[2], spot.left + spot.width) - max(box[0], spot.left)
    high = min(box[3], spot.top + spot.height) - max(box[1], spot.top)
    if wide <= 0 or high <= 0:
        return 0.0
    both = wide * high
    return float(both / ((box[2] - box[0]) * (box[3] - box[1]) + spot.width * spot.height - both))
