"""Measures holes in the subject and islands beside it that the photo does not explain."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.checks._scene import Scene, shrink, small_scene
from pipeline.step import Check, Measurement

SMALLEST = 6  # small pixels; less is a stray hair or a knot of lace
TOLERATED = 0.30  # of full evidence: disagreement of matte and photo that blur and grain cause
DEFENDED = 0.4  # how far the confidence map alone can speak for a piece that has the backdrop's colour
FULL = 0.60  # disagreement from which a place counts in full
LIMIT = 0.1  # %; calibrated on the sample renders 000-005: 93% lie under it; a hole of 30 x 30 px in 1000 x 1000 px


def holes_and_islands(
    *, image: np.ndarray, alpha: np.ndarray, confidence: np.ndarray, params: object = None
) -> Measurement:
    """Measures holes and islands of the matte where the photo shows the contrary.

    The openings of lace and sandals show backdrop and are right; an opening that shows subject, by its colour or
    by the confidence map, is a hole. The second earring looks like no backdrop and is right; a piece apart that
    looks like the backdrop around it is an island.

    Args:
        image: (H, W, 3) corrected photo.
        alpha: (H, W) ``float32``.
        confidence: (H, W) ``float32``, probability of subject.

    Returns:
        Their area, weighted by how surely they are wrong, in percent of the subject's.
    """
    scene = small_scene(image, alpha)
    if scene is None:
        return Measurement(None, reason="the matte is empty or fills the frame")
    belief = shrink(confidence)
    likeness, trust = scene.likeness()
    solid = scene.alpha > 0.5
    subject = trust * likeness + (1.0 - trust) * belief  # colour decides where it can, the confidence map elsewhere
    holes, hole_at = _wrong(~solid & ~scene.outside, subject - scene.alpha, connectivity=4)
    doubt = scene.alpha - np.maximum(subject, DEFENDED * belief)
    islands, island_at = _wrong(solid & ~scene.body, doubt, connectivity=8)
    value = 100 * (holes + islands) / float(solid.sum())
    worst = hole_at if holes >= islands else island_at
    return Measurement(value, worst_xy=_place(scene, worst))


def _wrong(places: np.ndarray, disagreement: np.ndarray, *, connectivity: int) -> tuple[float, tuple | None]:
    """Weighted area of the connected parts the photo disagrees with, and the middle of the worst."""
    count, marks, facts, centres = cv2.connectedComponentsWithStats(places.astype(np.uint8), connectivity=connectivity)
    if count < 2:
        return 0.0, None
    area = facts[:, cv2.CC_STAT_AREA].astype(np.float64)
    mean = np.bincount(marks.ravel(), weights=disagreement.ravel(), minlength=count) / area
    weight = np.clip((mean - TOLERATED) / (FULL - TOLERATED), 0.0, 1.0) * area * (area >= SMALLEST)
    weight[0] = 0.0
    worst = int(weight.argmax())
    return float(weight.sum()), tuple(centres[worst]) if weight[worst] > 0 else None


def _place(scene: Scene, centre: tuple | None) -> tuple[int, int] | None:
    return None if centre is None else scene.full(*centre)


CHECK = Check(
    run=holes_and_islands,
    needs=("image", "alpha", "confidence"),
    unit="% of subject",
    better="lower",
    limit=LIMIT,
    words="a hole in the subject, or a piece of backdrop left beside it",
)
