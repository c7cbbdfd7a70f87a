"""Made backdrops: paper sweeps, walls and floors, cloth and wood, and parts of real photos, in linear light."""

from __future__ import annotations

import cv2
import numpy as np

REAL_SHARE = 0.32  # of backdrops that come from a real photo, where there are any
SURFACE_SHARE = 0.35  # of made backdrops that show a texture
TONE_ON_TONE = 0.22  # of made backdrops in the product's own tone: white on white, dark on dark
PAPERS = np.float32(  # linear light: what studios hang up
    [
        (0.85, 0.85, 0.85), (0.9, 0.9, 0.88), (0.62, 0.62, 0.62), (0.8, 0.78, 0.72), (0.25, 0.25, 0.25),
        (0.02, 0.02, 0.02), (0.05, 0.05, 0.055), (0.75, 0.55, 0.5), (0.4, 0.5, 0.38), (0.45, 0.6, 0.75),
        (0.6, 0.5, 0.36), (0.05, 0.4, 0.1), (0.12, 0.16, 0.2),
    ]
)  # fmt: skip


class Backdrops:
    """Draws backdrops of any size.

    Args:
        textures: From `surfaces`.
        scenes: Parts of real photos without a subject, linear light, float32 (h, w, 3).
    """

    def __init__(self, textures: list[np.ndarray], scenes: list[np.ndarray]) -> None:
        self._textures, self._scenes = textures, scenes

    def draw(self, size: tuple[int, int], tone: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """One backdrop, float32 (height, width, 3) in linear light.

        Args:
            size: Height and width.
            tone: The product's mean colour, linear light (3,).
            rng: Everything drawn comes from here.
        """
        if self._scenes and rng.random() < REAL_SHARE:
            return self._real(size, rng)
        wall = _lit(np.broadcast_to(_colour(tone, rng), (*size, 3)), rng)
        if rng.random() < SURFACE_SHARE:
            wall = self._textured(wall, rng)
        if rng.random() < 0.55:
            wall = self._on_floor(wall, tone, rng)
        return wall

    def _on_floor(self, wall: np.ndarray, tone: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Wall above, floor below: a curved sweep when the paper runs through, an edge when it does not."""
        height, width = wall.shape[:2]
        horizon = rng.uniform(0.35, 0.9) * height
        slope = np.linspace(-1, 1, width, dtype=np.float32) * rng.normal(0, 0.02) * height
        down = np.arange(height, dtype=np.float32)[:, None] - horizon - slope[None]
        if rng.random() < 0.6:
            floor = wall * np.float32(rng.uniform(0.75, 1.25))
            soft = rng.uniform(0.02, 0.15) * height
        else:
            floor = _lit(np.broadcast_to(_colour(tone, rng), wall.shape), rng)
            if rng.random() < SURFACE_SHARE:
                floor = self._textured(floor, rng)
            soft = rng.uniform(0.4, 3.0)
        share = 1.0 / (1.0 + np.exp(np.clip(-down / soft, -30, 30)))
        return wall + (floor - wall) * share[..., None].astype(np.float32)

    def _textured(self, flat: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        texture = self._textures[rng.integers(len(self._textures))]
        seen = _seen(texture, flat.shape[:2], rng, tilt=rng.random() < 0.4)
        return flat * np.exp(seen * np.float32(rng.uniform(0.1, 0.9)))[..., None]

    def _real(self, size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
        scene = self._scenes[rng.integers(len(self._scenes))]
        share = rng.uniform(0.5, 1.0)
        high, wide = (max(8, int(side * share)) for side in scene.shape[:2])
        top, left = rng.integers(scene.shape[0] - high + 1), rng.integers(scene.shape[1] - wide + 1)
        part = scene[top : top + high, left : left + wide]
        if rng.random() < 0.5:
            part = part[:, ::-1]
        part = cv2.resize(np.ascontiguousarray(part), size[::-1], interpolation=cv2.INTER_LINEAR)
        if rng.random() < 0.4:
            part = cv2.GaussianBlur(part, (0, 0), float(rng.uniform(0.5, 5.0)))
        return part * np.float32(rng.uniform(0.7, 1.3))


def _colour(tone: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A paper's colour; now and then the product's own."""
    drawn = rng.random()
    if drawn < TONE_ON_TONE:
        return np.clip(tone * rng.uniform(0.7, 1.45) + rng.normal(0, 0.015, 3), 0.004, 1.0).astype(np.float32)
    if drawn < 0.8:
        paper = PAPERS[rng.integers(len(PAPERS))]
        return np.clip(paper * rng.uniform(0.8, 1.15) + rng.normal(0, 0.01, 3), 0.004, 1.0).astype(np.float32)
    return (rng.uniform(0.02, 1.0, 3) ** 1.5).astype(np.float32)


def _lit(flat: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Uneven studio light: brighter here than there, smoothly."""
    grid = rng.normal(0, rng.uniform(0.02, 0.25), (4, 4)).astype(np.float32)
    light = cv2.resize(grid, flat.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    return flat * np.exp(light)[..., None]


def _seen(texture: np.ndarray, size: tuple[int, int], rng: np.random.Generator, tilt: bool) -> np.ndarray:
    """A surface from a random place, turned, at a random scale; tilted like a floor if asked."""
    height, width = size
    scale, angle = float(np.exp(rng.uniform(np.log(0.4), np.log(1.6)))), rng.uniform(0, 2 * np.pi)
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    turn = np.array([[cos, -sin, rng.uniform(0, 512)], [sin, cos, rng.uniform(0, 512)], [0, 0, 1]])
    lean = np.eye(3)
    if tilt:
        lean[2, 1] = rng.uniform(-0.6, -0.1) / height  # further away towards the top
        lean[0, 2] = -width / 2
    return cv2.warpPerspective(
        texture, turn @ lean, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_WRAP
    )
