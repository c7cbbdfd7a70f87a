"""What cutouts are measured on: photos no network was trained on, at the size they are shipped in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from pipeline.evaluation.boundary_f import boundary_f
from pipeline.evaluation.conn import conn
from pipeline.evaluation.grad import grad
from pipeline.evaluation.iou import iou
from pipeline.evaluation.mse import mse
from pipeline.evaluation.sad import sad
from pipeline.training.subject_net_parts.backdrops import Backdrops
from pipeline.training.subject_net_parts.camera import Camera
from pipeline.training.subject_net_parts.light import linear_of
from pipeline.training.subject_net_parts.real_masks import read_masks, subject_free
from pipeline.training.subject_net_parts.renders import Photo, read_cutout, read_renders
from pipeline.training.subject_net_parts.scene import compose
from pipeline.training.subject_net_parts.textures import surfaces

MEASURES = {"iou": iou, "boundary_f": boundary_f, "sad": sad, "mse": mse, "grad": grad, "conn": conn}
COMPOSED = 1  # scenes made of each held-out product
SEEDS = {"validation": 70_002, "test": 70_003}  # of these scenes and their surfaces: no training begins from them
FRAMES = ((512, 410), (410, 512), (512, 512))  # px, height and width


def held_out(sample: Path, split: str) -> Iterator[Photo]:
    """The photos of ``validation`` or ``test``: renders as shot, composites of them, then real photos with masks."""
    rows = [row for row in read_renders(sample, test=split == "test") if row["split"] == split]
    for row in rows:
        yield Photo(
            item=row["image_id"],
            category=row["category"],
            group=row["image_id"],
            rgb=cv2.imread(str(sample / row["photo"]), cv2.IMREAD_COLOR_RGB),
            alpha=cv2.imread(str(sample / row["alpha"]), cv2.IMREAD_GRAYSCALE),
        )
    real = read_masks(sample, split, side=None)
    yield from _composed(sample, rows, real, SEEDS[split])
    yield from real


def measured(found: np.ndarray, photo: Photo) -> dict[str, float]:
    """Every measure of a map against a photo's truth; what is not known of the truth is left out of both."""
    truth = photo.alpha.astype(np.float32) / 255
    if photo.known is not None:
        found, truth = np.where(photo.known, found, 0), np.where(photo.known, truth, 0)
    return {name: float(measure(found, truth)) for name, measure in MEASURES.items()}


def _composed(sample: Path, rows: list[dict[str, str]], real: tuple[Photo, ...], seed: int) -> Iterator[Photo]:
    """Held-out products before made surfaces and before floors and walls of held-out photos; always the same."""
    rng = np.random.default_rng((seed, 0))
    scenes = [linear_of(part) for photo in real if (part := subject_free(photo)) is not None]
    backdrops, camera = Backdrops(surfaces(rng), scenes), Camera(rng)
    for place, row in enumerate(rows):
        product = read_cutout(sample, row)
        for take in range(COMPOSED):
            rng = np.random.default_rng((seed, 1, place, take))
            neighbour = read_cutout(sample, rows[rng.integers(len(rows))])
            size = FRAMES[rng.integers(len(FRAMES))]
            scene, alpha = compose(product, neighbour, size, backdrops, rng)
            yield Photo(
                item=f"{row['image_id']} composed {take}", category=f"composed {row['category']}",
                group=row["image_id"], rgb=camera.shoot(scene, rng), alpha=(alpha * 255 + 0.5).astype(np.uint8),
            )  # fmt: skip
