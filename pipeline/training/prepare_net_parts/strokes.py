"""The few strokes garments are drawn with, on float32 maps of a drawn photo's size."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from pipeline.training.prepare_net_parts.cloth import SIDE


def fill(mask: np.ndarray, points: Sequence, value: float = 1.0) -> None:
    """Fill an outline."""
    cv2.fillPoly(mask, [np.rint(np.asarray(points) * 16).astype(np.int32)], value, cv2.LINE_AA, 4)


def stroke(mask: np.ndarray, points: Sequence, value: float, width: int = 1) -> None:
    """Draw along points: a seam, a strap, a string."""
    cv2.polylines(mask, [np.rint(np.asarray(points) * 16).astype(np.int32)], False, value, width, cv2.LINE_AA, 4)


def blank() -> np.ndarray:
    """Nothing drawn yet."""
    return np.zeros((SIDE, SIDE), np.float32)


def limb(start: Sequence, end: Sequence, w0: float, w1: float) -> list:
    """Outline of a sleeve or strap from start to end, half as wide as ``w0`` there and ``w1`` here."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    d = (end - start) / max(np.hypot(*(end - start)), 1e-6)
    n = np.array([-d[1], d[0]])
    return [start + n * w0, end + n * w1, end - n * w1, start - n * w0]


def curve(a: Sequence, b: Sequence, bend: float) -> list:
    """Points from a to b, bent sideways."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    n = np.array([-(b - a)[1], (b - a)[0]])
    t = np.linspace(0, 1, 8)[:, None]
    return list(a + (b - a) * t + n * bend * np.sin(np.pi * t))


def disc(mask: np.ndarray, centre: Sequence, radius: float, value: float = 1.0) -> None:
    """Fill a circle: a button, an elbow."""
    cv2.circle(mask, tuple(int(v) for v in centre), max(1, int(radius)), float(value), -1, cv2.LINE_AA)


def oval(mask: np.ndarray, centre: Sequence, half: Sequence, angle_deg: float, value: float) -> None:
    """Fill an ellipse with those half axes."""
    place, axes = (tuple(int(v) for v in pair) for pair in (centre, half))
    cv2.ellipse(mask, place, axes, float(angle_deg), 0, 360, float(value), -1, cv2.LINE_AA)
