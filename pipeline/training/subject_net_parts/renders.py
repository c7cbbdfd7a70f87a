"""Rendered products for training and validation, shrunk, as they lie in ``sample_data/training/renders``."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from pipeline.training.subject_net_parts.light import linear_of
from workbench.domain.errors import UsageError

VALIDATION = (2, 3)  # remainders by ten of an item's hash that are kept for validation; the test set has its own seed
SIDE = 384  # px, longest side of a stored foreground and photo
FULL = 65535  # of a stored foreground: linear light times opacity, 16 bits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cutout:
    """A product cut out: RGB in linear light times opacity, and opacity, uint16 (H, W, 4), no empty margin."""

    item: str
    category: str
    pixels: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """A photo with what is known of its subject."""

    item: str
    category: str
    group: str  # photos of one group (an item, a sender) are not independent
    rgb: np.ndarray  # uint8 (H, W, 3), sRGB-encoded
    alpha: np.ndarray  # uint8 (H, W)
    known: np.ndarray | None = None  # bool (H, W), where alpha may be learned from; None for everywhere


def is_validation(item: str) -> bool:
    """Whether a render or photo is kept for validation, decided by its name once and for all."""
    return int(hashlib.sha256(item.encode()).hexdigest(), 16) % 10 in VALIDATION


def read_renders(sample: Path, *, test: bool = False) -> list[dict[str, str]]:
    """The rows of ``training/renders/items.csv``, or of the test renders' list.

    Raises:
        UsageError: The folder is not there.
    """
    path = sample / "training" / ("renders_test" if test else "renders") / "items.csv"
    if not path.is_file():
        raise UsageError("the list of renders is missing", where=str(path), allowed="a checkout with sample_data")
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_cutout(sample: Path, row: dict[str, str]) -> Cutout:
    """One stored foreground, ready to be put before a backdrop."""
    straight = np.asarray(Image.open(sample / row["foreground"]).convert("RGBA"))
    return Cutout(item=row["image_id"], category=row["category"], pixels=premultiplied(straight))


def premultiplied(straight: np.ndarray) -> np.ndarray:
    """RGBA uint8 with straight sRGB colour as a `Cutout`'s pixels."""
    alpha = straight[..., 3:].astype(np.float32) / 255
    out = np.empty(straight.shape, np.uint16)
    out[..., :3] = linear_of(straight[..., :3]) * alpha * FULL + 0.5
    out[..., 3:] = alpha * FULL + 0.5
    return out


def read_photo(sample: Path, row: dict[str, str]) -> Photo:
    """The same item as it was shot, with its faults, and its true matte."""
    rgb = cv2.imread(str(sample / row["photo"]), cv2.IMREAD_COLOR_RGB)
    alpha = cv2.imread(str(sample / row["alpha"]), cv2.IMREAD_GRAYSCALE)
    name = row["image_id"]
    return Photo(item=name, category=row["category"], group=name, rgb=shrunk(rgb), alpha=shrunk(alpha))


def shrunk(picture: np.ndarray, side: int = SIDE) -> np.ndarray:
    """A picture whose longest side is at most ``side``, area-averaged."""
    scale = min(1.0, side / max(picture.shape[:2]))
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
