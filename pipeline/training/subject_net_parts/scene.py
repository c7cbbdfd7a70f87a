"""Puts a product before a backdrop: where it lies, its shadow, its reflection, what else is in the picture."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.training.subject_net_parts.backdrops import Backdrops
from pipeline.training.subject_net_parts.renders import FULL, Cutout

NEIGHBOUR = 0.12  # share of scenes with another product cut by the frame
PROPS = 0.2  # share of scenes with a rail, a pin, a pebble or a card
CUT_BY_FRAME = 0.12  # share of products that reach over the frame


def compose(
    product: Cutout, neighbour: Cutout, size: tuple[int, int], backdrops: Backdrops, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A scene with one product.

    Args:
        product: The subject.
        neighbour: Something else that may be partly in the picture and is not the subject.
        size: Height and width.
        backdrops: Where backdrops come from.
        rng: Everything drawn comes from here.

    Returns:
        The scene in linear light, float32 (H, W, 3), and the product's opacity, float32 (H, W).
    """
    front = _placed(product, size, rng)
    alpha = front[..., 3]
    weight = max(1.0, float(alpha.sum()))
    tone = front[..., :3].sum((0, 1)) / weight
    scene = backdrops.draw(size, tone, rng)
    if rng.random() < PROPS:
        scene = _with_props(scene, alpha, rng)
    if rng.random() < NEIGHBOUR:
        scene = _with_neighbour(scene, neighbour, rng)
    if rng.random() < 0.8:
        scene = scene * (1 - _shadow(alpha, rng))[..., None]
    if rng.random() < 0.18:
        scene = _with_reflection(scene, front, rng)
    light = np.exp(rng.normal(0, 0.05, 3)).astype(np.float32) * np.float32(np.exp2(rng.normal(0, 0.25)))
    return front[..., :3] * light + scene * (1 - alpha)[..., None], alpha


def _placed(cutout: Cutout, size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """The cutout in the frame, float32 (H, W, 4) in [0, 1], turned, scaled, mirrored."""
    height, width = size
    high, wide = cutout.pixels.shape[:2]
    turned = rng.random() < 0.1
    angle = rng.uniform(-180, 180) if turned else rng.normal(0, 5)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    box = abs(cos) * wide + abs(sin) * high, abs(sin) * wide + abs(cos) * high
    fit = min(width / box[0], height / box[1])
    cut = rng.random() < CUT_BY_FRAME
    scale = fit * (rng.uniform(0.8, 1.35) if cut else np.sqrt(rng.uniform(0.1, 0.94)))
    spare_x, spare_y = width - box[0] * scale, height - box[1] * scale
    lie = (0.5, 0.5) if not cut and rng.random() < 0.3 else rng.uniform(-0.25 * cut, 1 + 0.25 * cut, 2)
    middle = np.array([spare_x * lie[0] + box[0] * scale / 2, spare_y * lie[1] + box[1] * scale / 2])
    matrix = scale * np.array([[cos, -sin], [sin, cos]])
    if rng.random() < 0.5:
        matrix[:, 0] *= -1
    if rng.random() < 0.3:  # a little wider or taller than it is
        matrix[:, 0] *= rng.uniform(0.85, 1.15)
    move = middle - matrix @ np.array([wide / 2, high / 2])
    pixels = cutout.pixels
    if scale < 0.6:  # averaged before it is made so much smaller
        pixels = cv2.resize(pixels, (max(1, wide // 2), max(1, high // 2)), interpolation=cv2.INTER_AREA)
        matrix = matrix @ np.diag((wide / pixels.shape[1], high / pixels.shape[0]))
    out = cv2.warpAffine(pixels, np.column_stack((matrix, move)), (width, height), flags=cv2.INTER_LINEAR)
    return out.astype(np.float32) / FULL


def _shadow(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How much light the product takes from the paper, float32 (H, W): thrown aside or flat on the floor."""
    height, width = alpha.shape
    quarter = cv2.resize(alpha, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    rows = np.flatnonzero(quarter.max(1) > 0.1)
    foot = float(rows[-1]) if len(rows) else height / 8
    total = np.zeros_like(quarter)
    for _ in range(1 + (rng.random() < 0.5)):
        if rng.random() < 0.5:
            flat = rng.uniform(0.05, 0.5)
            matrix = np.float32([[1, rng.normal(0, 0.6) * flat, 0], [0, flat, foot * (1 - flat) + rng.uniform(0, 2)]])
            matrix[0, 2] = -matrix[0, 1] * foot
        else:
            matrix = np.float32([[1, 0, rng.normal(0, 4)], [0, 1, rng.uniform(-1, 5)]])
        thrown = cv2.warpAffine(quarter, matrix, quarter.shape[::-1])
        thrown = cv2.GaussianBlur(thrown, (0, 0), float(np.exp(rng.uniform(np.log(0.5), np.log(8)))))
        total = np.maximum(total, thrown * np.float32(rng.uniform(0.1, 0.75)))
    return cv2.resize(total, (width, height), interpolation=cv2.INTER_LINEAR)


def _with_reflection(scene: np.ndarray, front: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A glossy table: the product mirrored at its foot, fading downwards."""
    height = len(front)
    rows = np.flatnonzero(front[..., 3].max(1) > 0.3)
    foot = int(rows[-1]) if len(rows) else height - 1
    depth = min(height - 1 - foot, foot + 1)
    if depth < 4:
        return scene
    mirrored = front[foot - depth + 1 : foot + 1][::-1]
    fade = np.linspace(1, rng.uniform(0, 0.6), depth, dtype=np.float32)[:, None, None]
    fade = fade * np.float32(rng.uniform(0.05, 0.35))
    if rng.random() < 0.6:
        mirrored = cv2.GaussianBlur(mirrored, (0, 0), float(rng.uniform(0.5, 3)))
    out = scene.copy()
    below = out[foot + 1 : foot + 1 + depth]
    below *= 1 - mirrored[..., 3:] * fade
    below += mirrored[..., :3] * fade
    return out


def _with_neighbour(scene: np.ndarray, other: Cutout, rng: np.random.Generator) -> np.ndarray:
    """Another product of which less than half reaches into the frame from one side."""
    height, width = scene.shape[:2]
    high, wide = other.pixels.shape[:2]
    scale = rng.uniform(0.2, 0.55) * max(height, width) / max(high, wide)
    seen = rng.uniform(0.1, 0.4)
    side = int(rng.integers(4))
    x = (-(1 - seen) * wide * scale, width - seen * wide * scale)[side] if side < 2 else rng.uniform(0, width)
    y = (-(1 - seen) * high * scale, height - seen * high * scale)[side - 2] if side >= 2 else rng.uniform(0, height)
    matrix = np.float32([[scale, 0, x], [0, scale, y]])
    laid = cv2.warpAffine(other.pixels, matrix, (width, height), flags=cv2.INTER_AREA).astype(np.float32) / FULL
    return scene * (1 - laid[..., 3:]) + laid[..., :3]


def _with_props(scene: np.ndarray, alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Things that studios use and cut away: a rail, a string, a pebble or coin, a label, a clamp."""
    height, width = alpha.shape
    out = np.ascontiguousarray(scene)
    out = out.copy() if out is scene else out
    top = np.argwhere(alpha > 0.5)
    top_y, top_x = top[0] if len(top) else (height // 2, width // 2)
    colour = tuple(float(v) for v in rng.uniform(0.01, 0.9) * np.exp(rng.normal(0, 0.15, 3)))
    kind = rng.integers(4)
    if kind == 0:  # a rail across the frame, and a hook
        y = int(top_y - rng.uniform(0.01, 0.12) * height)
        cv2.line(out, (0, y), (width, y + int(rng.normal(0, 3))), colour, int(rng.integers(2, 8)), cv2.LINE_AA)
        cv2.line(out, (int(top_x), y), (int(top_x), int(top_y)), colour, int(rng.integers(1, 3)), cv2.LINE_AA)
    elif kind == 1:  # a string or stand from above or below
        end = 0 if rng.random() < 0.5 else height
        start = int(top_y) if end == 0 else int(top[-1][0]) if len(top) else height // 2
        cv2.line(out, (int(top_x), end), (int(top_x), start), colour, int(rng.integers(1, 6)), cv2.LINE_AA)
    elif kind == 2:
        for _ in range(int(rng.integers(1, 4))):
            at = int(rng.uniform(0, width)), int(rng.uniform(0.5, 1) * height)
            axes = int(rng.uniform(3, 14)), int(rng.uniform(3, 10))
            shade = tuple(0.4 * c for c in colour)
            cv2.ellipse(out, (at[0] + 2, at[1] + 2), axes, 0, 0, 360, shade, -1, cv2.LINE_AA)
            cv2.ellipse(out, at, axes, float(rng.uniform(0, 90)), 0, 360, colour, -1, cv2.LINE_AA)
    else:
        corner = np.array([rng.uniform(0, width), rng.uniform(0, height)])
        spread = rng.normal(0, 1, (2, 2)) * rng.uniform(8, 30)
        points = np.array([corner, corner + spread[0], corner + spread.sum(0), corner + spread[1]], np.int32)
        cv2.fillConvexPoly(out, points, colour, cv2.LINE_AA)
    return out
