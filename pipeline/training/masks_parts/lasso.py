"""A magnetic lasso: between anchors set by eye the line runs along the strongest edge close to it."""

from __future__ import annotations

import cv2
import numpy as np

STEP_PX = 0.5  # between two distances the line may take
BLUR_PX = 0.8  # keeps JPEG blocks from counting as edges
NEAR_ALONG_PX = 12  # an edge is judged against the strongest one this far along the line
WANDER = 0.04  # cost of a pixel away from the anchors' own line
BEND = 0.25  # cost of a step sideways from one point of the line to the next
FIRM = 1e3  # cost of leaving the line where it is straight


def lasso(photo: np.ndarray, anchors: np.ndarray, straight: np.ndarray, reach_px: float) -> np.ndarray:
    """Draw a closed line through anchors that clings to the edge it passes.

    The polygon through the anchors is followed pixel by pixel; at each the line may move sideways, up to
    ``reach_px``, to where the colours change most. The best closed line is found by dynamic programming over three
    turns, of which the middle one is kept.

    Args:
        photo: uint8 RGB (h, w, 3).
        anchors: (n, 2) x, y of pixel centres, in order; may lie outside the photo.
        straight: (n,) bool; True where the way from an anchor to the next is a straight line, as along the frame.
        reach_px: How far the line may move; 0 for the polygon itself.

    Returns:
        (m, 2) x, y.

    Source:
        Amini, Weymouth, Jain 1990, "Using dynamic programming for solving variational problems in vision".
    """
    points, firm = _walk(anchors, straight)
    if reach_px <= 0 or firm.all():
        return points
    across = _normals(points)
    away = np.arange(-reach_px, reach_px + STEP_PX / 50, STEP_PX)
    strength = _change(photo, points, across, away)
    strongest = strength.max(axis=1)
    nearby = np.stack([np.roll(strongest, shift) for shift in range(-NEAR_ALONG_PX, NEAR_ALONG_PX + 1)]).max(axis=0)
    cost = 1 - strength / (nearby[:, None] + 1) + WANDER * np.abs(away)
    cost[firm] = FIRM
    cost[firm, np.argmin(np.abs(away))] = 0
    return points + away[_cheapest_way(cost)][:, None] * across


def _walk(anchors: np.ndarray, straight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A point a pixel along the polygon, and whether it must stay."""
    points, firm = [], []
    for number, (here, there) in enumerate(zip(anchors, np.roll(anchors, -1, axis=0), strict=True)):
        steps = max(1, int(np.hypot(*(there - here))))
        for step in range(steps):
            points.append(here + (there - here) * step / steps)
            firm.append(straight[number] or (step == 0 and straight[number - 1]))
    return np.array(points), np.array(firm)


def _normals(points: np.ndarray) -> np.ndarray:
    """Unit vectors across the line, smoothed so that corners do not fan out."""
    along = np.roll(points, -2, axis=0) - np.roll(points, 2, axis=0)
    for _ in range(2):
        along = (np.roll(along, 1, axis=0) + along + np.roll(along, -1, axis=0)) / 3
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-6
    return np.stack([-along[:, 1], along[:, 0]], axis=1)


def _change(photo: np.ndarray, points: np.ndarray, across: np.ndarray, away: np.ndarray) -> np.ndarray:
    """How much the colours (CIE L*a*b*) change across the line, per point and distance from it."""
    lab = cv2.cvtColor(photo.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    lab = cv2.GaussianBlur(lab, (0, 0), BLUR_PX)
    right, down = (cv2.Sobel(lab, cv2.CV_32F, *way, ksize=3) / 8 for way in ((1, 0), (0, 1)))
    xs, ys = ((points[:, None, axis] + away * across[:, None, axis]).astype(np.float32) for axis in (0, 1))
    right, down = (
        cv2.remap(slope, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for slope in (right, down)
    )
    return np.linalg.norm(right * across[:, None, :1] + down * across[:, None, 1:], axis=2)


def _cheapest_way(cost: np.ndarray) -> np.ndarray:
    """Index of the distance taken at every point of the closed line."""
    turns = np.concatenate([cost, cost, cost])
    came_from = np.zeros(turns.shape, np.int64)
    total = turns[0].copy()
    for number in range(1, len(turns)):
        choices = np.stack([np.r_[np.inf, total[:-1]] + BEND, total, np.r_[total[1:], np.inf] + BEND])
        best = choices.argmin(axis=0)
        came_from[number] = np.arange(cost.shape[1]) + best - 1
        total = choices.min(axis=0) + turns[number]
    way = np.zeros(len(turns), np.int64)
    way[-1] = total.argmin()
    for number in range(len(turns) - 1, 0, -1):
        way[number - 1] = came_from[number, way[number]]
    return way[len(cost) : 2 * len(cost)]
