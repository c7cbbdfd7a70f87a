"""Measures how much of the subject is missing: cut away by the cutout, or by the photo's own frame."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.checks._scene import Scene, shrink, small_scene
from pipeline.step import Check, Measurement

ALIKE = 0.5  # likeness to the subject from which a place outside the matte is taken for a missing part
SURE = 0.70  # probability of subject from which the same holds
BARE = 0.30  # opacity below which a place counts as cut away
EDGE = 7  # small pixels; what looks like subject must be this wide, or it is edge blur, hair or a crease of shadow
THREAD = 3  # small pixels; the same where the confidence map says so
FRAME = 1.5  # small pixels from the photo's frame within which the outline is cut by it
LIMIT = 1.0  # %; calibrated on the sample renders 000-005: 98% lie under it, a lost 3% of the subject over it


def clipped_subject(
    *, image: np.ndarray, alpha: np.ndarray, confidence: np.ndarray, geometry: np.ndarray, photo: np.ndarray,
    params: object = None,
) -> Measurement:  # fmt: skip
    """Measures what of the subject did not make it into the cutout.

    Missing parts are places beside the matte that look like the subject next to them and not like the backdrop
    or its shadow, or that the confidence map calls subject. To them is added the share of the matte's outline
    that lies on the frame of the photo.

    Args:
        image: (H, W, 3) corrected photo.
        alpha: (H, W) ``float32``.
        confidence: (H, W) ``float32``, probability of subject.
        geometry: (3, 3) photo pixels to current ones.
        photo: (h, w, 3) as loaded, for its frame.

    Returns:
        Missing area in percent of the whole subject plus outline on the frame in percent of the outline.
    """
    scene = small_scene(image, alpha)
    if scene is None:
        return Measurement(None, reason="the matte is empty or fills the frame")
    likeness, trust = scene.likeness()
    away = scene.outside & (scene.alpha < BARE)
    believed = (away & (shrink(confidence) > SURE)).astype(np.uint8)
    alike = (away & (likeness * trust > ALIKE)).astype(np.uint8)
    missing = cv2.morphologyEx(believed, cv2.MORPH_OPEN, np.ones((THREAD, THREAD)))
    missing |= cv2.morphologyEx(alike, cv2.MORPH_OPEN, np.ones((EDGE, EDGE)))
    missing, at = _beside(missing, scene.body)
    lost = 100 * missing / (missing + float((scene.alpha > 0.5).sum()))
    cut, cut_at = _on_frame(scene, geometry, photo.shape[:2])
    worst = at if lost >= cut else cut_at
    return Measurement(lost + cut, worst_xy=None if worst is None else scene.full(*worst))


def _beside(missing: np.ndarray, body: np.ndarray) -> tuple[float, tuple | None]:
    """Area of the parts that adjoin the subject, and the middle of the largest."""
    count, marks, facts, centres = cv2.connectedComponentsWithStats(missing, connectivity=8)
    near = cv2.dilate(body.astype(np.uint8), np.ones((2 * EDGE + 1, 2 * EDGE + 1))) > 0
    adjoins = np.bincount(marks[near].ravel(), minlength=count) > 0
    area = facts[:, cv2.CC_STAT_AREA] * adjoins
    area[0] = 0
    worst = int(area.argmax())
    return float(area.sum()), tuple(centres[worst]) if area[worst] else None


def _on_frame(scene: Scene, geometry: np.ndarray, frame: tuple[int, int]) -> tuple[float, tuple | None]:
    """Percent of the outline that lies on the photo's frame, and one place there."""
    inner = cv2.erode(scene.body.astype(np.uint8), np.ones((3, 3)), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    y, x = np.nonzero(scene.body & (inner == 0))
    if x.size == 0:
        return 0.0, None
    full = np.stack([(x + 0.5) * scene.step[0] - 0.5, (y + 0.5) * scene.step[1] - 0.5, np.ones(x.size)])
    back = np.linalg.inv(geometry) @ full
    back = back[:2] / back[2]
    slack = FRAME * max(scene.step)
    last = np.array([[frame[1] - 1], [frame[0] - 1]])
    cut = ((back < slack) | (back > last - slack)).any(axis=0)
    places = np.flatnonzero(cut)
    at = None if places.size == 0 else (float(x[places[places.size // 2]]), float(y[places[places.size // 2]]))
    return 100.0 * places.size / x.size, at


CHECK = Check(
    run=clipped_subject,
    needs=("image", "alpha", "confidence", "geometry", "photo"),
    unit="% of subject",
    better="lower",
    limit=LIMIT,
    words="part of the subject is cut off",
)
