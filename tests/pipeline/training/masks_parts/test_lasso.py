"""The lasso finds the edge beside carelessly set anchors, and stays on it where it must."""

import cv2
import numpy as np

from pipeline.training.masks_parts.draw_mask import Outline, draw_mask
from pipeline.training.masks_parts.lasso import lasso

CENTRE, RADIUS = 100.0, 60.0
AROUND = np.linspace(0, 2 * np.pi, 24, endpoint=False)


def _disc() -> np.ndarray:
    """A red disc on a grey floor with grain, edges blurred as by a lens."""
    photo = np.full((200, 200, 3), (120, 118, 115), np.uint8)
    cv2.circle(photo, (100, 100), int(RADIUS), (170, 60, 50), -1, cv2.LINE_AA)
    grain = np.random.default_rng(0).normal(0, 4, photo.shape)
    return np.clip(cv2.GaussianBlur(photo, (0, 0), 1) + grain, 0, 255).astype(np.uint8)


def _anchors(off_px: float) -> np.ndarray:
    """Anchors in turn too far out and too far in."""
    radius = RADIUS + off_px * np.resize([1, -1], len(AROUND))
    return CENTRE + radius[:, None] * np.stack([np.cos(AROUND), np.sin(AROUND)], axis=1)


def test_line_clings_to_the_edge_beside_the_anchors():
    line = lasso(_disc(), _anchors(2.5), np.zeros(len(AROUND), bool), 4)
    off = np.abs(np.hypot(*(line - CENTRE).T) - RADIUS)
    assert off.mean() < 0.6
    assert np.percentile(off, 95) < 2  # the anchors themselves are 2.5 px off


def test_straight_ways_and_no_reach_keep_the_polygon():
    anchors = _anchors(2.5)
    for straight, reach in ((True, 4), (False, 0)):
        line = lasso(_disc(), anchors, np.full(len(anchors), straight), reach)
        assert all(np.hypot(*(line - anchor).T).min() < 1e-9 for anchor in anchors)


def test_holes_and_the_unknown_are_cut_in_order():
    square = [(20.0, 20.0), (180.0, 20.0), (180.0, 180.0), (20.0, 180.0)]
    inner = tuple((x / 2 + 50, y / 2 + 50) for x, y in square)
    corner = tuple((x / 4, y / 4) for x, y in square)
    mask = draw_mask(
        _disc(),
        [
            Outline(kind="not_known", anchors=corner, straight=(), reach_px=0),
            Outline(kind="part", anchors=tuple(square), straight=(), reach_px=0),
            Outline(kind="hole", anchors=inner, straight=(), reach_px=0),
        ],
    )
    assert [int(mask[at]) for at in ((100, 100), (30, 100), (30, 30), (10, 190))] == [0, 255, 128, 0]
