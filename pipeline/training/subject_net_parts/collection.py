"""Everything there is to learn from, read once and kept small in memory."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from pymatting import estimate_foreground_ml

from pipeline.training.subject_net_parts.light import linear_of
from pipeline.training.subject_net_parts.real_masks import read_masks, subject_free
from pipeline.training.subject_net_parts.renders import (
    Cutout,
    Photo,
    is_validation,
    premultiplied,
    read_cutout,
    read_photo,
    read_renders,
    shrunk,
)  # fmt: skip

RIM_PX = 1  # at the size photos are kept in: as far as an outline drawn or found may be off


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Collection:
    """Training data."""

    cutouts: tuple[Cutout, ...]  # products for composites
    renders: tuple[Photo, ...]  # rendered photos as shot
    photos: tuple[Photo, ...]  # real photos
    scenes: tuple[np.ndarray, ...]  # backdrops from real photos, linear light


def for_training(sample: Path) -> Collection:
    """What the network is trained on: nothing of the validation or test split.

    Raises:
        UsageError: The sample data is not there.
    """
    rows = [row for row in read_renders(sample) if row["split"] == "train"]
    animals = [photo for photo in true_mattes(sample) if not is_validation(photo.item)]
    masks = read_masks(sample, "train")
    return Collection(
        cutouts=(
            *(read_cutout(sample, row) for row in rows),
            *(_cut_out(photo) for photo in animals),
            *(_trimmed(photo) for photo in masks),
        ),
        renders=(*(read_photo(sample, row) for row in rows), *animals),
        photos=masks,
        scenes=tuple(linear_of(part) for photo in masks if (part := subject_free(photo)) is not None),
    )


def true_mattes(sample: Path) -> list[Photo]:
    """The photos that came with a true matte (AM-2k animals, PyMatting's lemur)."""
    with open(sample / "manifest.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["path"].startswith("matting/")]
    found = []
    for row in rows:
        rgb = cv2.imread(str(sample / row["path"]), cv2.IMREAD_COLOR_RGB)
        alpha = cv2.imread(str(sample / row["alpha_path"]), cv2.IMREAD_GRAYSCALE)
        name = row["image_id"]
        found.append(Photo(item=name, category="animal", group=name, rgb=shrunk(rgb), alpha=shrunk(alpha)))
    return found


def _cut_out(photo: Photo) -> Cutout:
    """A photo's subject for composites: its own colour along the edge estimated, the backdrop's taken out."""
    alpha = photo.alpha / 255.0
    colour = estimate_foreground_ml(photo.rgb / 255.0, alpha)
    return _cutout(photo, np.clip(colour * 255 + 0.5, 0, 255).astype(np.uint8), photo.alpha)


def _trimmed(photo: Photo) -> Cutout:
    """The subject of a photo with a hard mask: a rim, which may hold backdrop, is cut off and softened."""
    subject = cv2.erode((photo.alpha > 127).astype(np.uint8) * 255, np.ones((2 * RIM_PX + 1, 2 * RIM_PX + 1), np.uint8))
    return _cutout(photo, photo.rgb, cv2.GaussianBlur(subject, (0, 0), 0.7))


def _cutout(photo: Photo, colour: np.ndarray, alpha: np.ndarray) -> Cutout:
    ys, xs = np.nonzero(alpha > 2)
    box = slice(ys.min(), ys.max() + 1), slice(xs.min(), xs.max() + 1)
    pixels = premultiplied(np.dstack((colour, alpha))[box])
    return Cutout(item=photo.item, category=photo.category, pixels=pixels)
