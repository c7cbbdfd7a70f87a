"""What the network learns from: sample number n of a seed is always the same picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.training.subject_net_parts.backdrops import Backdrops
from pipeline.training.subject_net_parts.camera import Camera
from pipeline.training.subject_net_parts.collection import Collection
from pipeline.training.subject_net_parts.retaken import retaken
from pipeline.training.subject_net_parts.scene import compose
from pipeline.training.subject_net_parts.textures import surfaces

SHAPES = ((1.0, 0.8), (0.8, 1.0), (1.0, 1.0), (1.0, 0.7), (0.7, 1.0))  # height and width as shares of the longest side
STEP = 32  # px: sides are multiples of it
RENDERED = 0.25  # share of samples that are renders as shot, with their own paper, props and faults
REAL = 0.33  # share that are real photos with a mask, where there are any


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Pictures of one size: uint8 (N, H, W, 3), opacity uint8 (N, H, W), and bool (N, H, W) where it is known."""

    photos: np.ndarray
    alphas: np.ndarray
    known: np.ndarray


class Samples:
    """Draws training samples from a collection.

    Args:
        collection: What there is to draw from.
        seed: Same seed and number, same sample.
    """

    def __init__(self, collection: Collection, seed: int) -> None:
        self._of, self._seed = collection, seed
        rng = np.random.default_rng((seed, 0))
        self._backdrops = Backdrops(surfaces(rng), list(collection.scenes))
        self._camera = Camera(rng)

    def batch(self, step: int, count: int, side: int) -> Batch:
        """The batch of one training step.

        Args:
            step: Number of the step from the start of the training.
            count: Samples.
            side: Longest side, px.
        """
        high, wide = SHAPES[np.random.default_rng((self._seed, 1, step)).integers(len(SHAPES))]
        size = max(STEP, round(high * side / STEP) * STEP), max(STEP, round(wide * side / STEP) * STEP)
        drawn = [self.sample(size, np.random.default_rng((self._seed, 2, step, n))) for n in range(count)]
        return Batch(*(np.stack(part) for part in zip(*drawn, strict=True)))

    def sample(self, size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One picture of that height and width, its opacity, and where that is known."""
        drawn = rng.random()
        if drawn < REAL and self._of.photos:
            return retaken(self._of.photos[rng.integers(len(self._of.photos))], size, rng)
        if REAL <= drawn < REAL + RENDERED and self._of.renders:
            return retaken(self._of.renders[rng.integers(len(self._of.renders))], size, rng)
        product, neighbour = (self._of.cutouts[rng.integers(len(self._of.cutouts))] for _ in range(2))
        scene, alpha = compose(product, neighbour, size, self._backdrops, rng)
        return self._camera.shoot(scene, rng), (alpha * 255 + 0.5).astype(np.uint8), np.ones(size, bool)
