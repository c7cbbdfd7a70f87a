"""The labelled crops as they lie in the sample data."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pipeline.models.mole_hair import CLASSES, SIDE

FOLDER = Path(__file__).resolve().parents[3] / "sample_data" / "training" / "mole_hair"
STORED = 96  # px: the classifier's square and half as much again around it
SQUARE = 64  # px of it are the classifier's
UNDECIDED = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labelled:
    """Crops of one split; ``labels`` index `CLASSES`, `UNDECIDED` where there is none of them."""

    crops: np.ndarray  # (N, 96, 96, 3) uint8
    labels: np.ndarray
    sources: np.ndarray  # photo each was cut from
    sides: np.ndarray  # px of the square in the photo
    kinds: np.ndarray  # dermoscopy or render
    names: np.ndarray  # crop hashes

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, which: np.ndarray) -> Labelled:
        """Some of them."""
        return Labelled(
            crops=self.crops[which], labels=self.labels[which], sources=self.sources[which],
            sides=self.sides[which], kinds=self.kinds[which], names=self.names[which],
        )  # fmt: skip


def labelled(splits: tuple[str, ...], folder: Path = FOLDER) -> Labelled:
    """Crops somebody could decide on; the unsure ones are left out.

    Args:
        splits: Of train, validation, test.
        folder: Where ``labels.csv`` and ``crops/`` lie.
    """
    return read_crops([row for row in rows_of(folder) if row["split"] in splits and row["label"] in CLASSES], folder)


def rows_of(folder: Path = FOLDER) -> list[dict[str, str]]:
    """The rows of a folder's ``labels.csv``."""
    with open(folder / "labels.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_crops(rows: Sequence[Mapping[str, str]], folder: Path = FOLDER) -> Labelled:
    """The crops of some rows, in their order, also those nobody has decided on."""
    strips = {source: _strip(folder, source) for source in {row["source"] for row in rows}}
    crops = [strips[row["source"]][:, STORED * (i := int(row["strip_index"])) : STORED * (i + 1)] for row in rows]
    labels = [CLASSES.index(row["label"]) if row["label"] in CLASSES else UNDECIDED for row in rows]
    return Labelled(
        crops=np.stack(crops) if crops else np.zeros((0, STORED, STORED, 3), np.uint8), labels=np.array(labels, int),
        sources=np.array([row["source"] for row in rows]), sides=np.array([float(row["crop_side"]) for row in rows]),
        kinds=np.array([row["source_kind"] for row in rows]), names=np.array([row["crop_hash"] for row in rows]),
    )  # fmt: skip


def squares(crops: np.ndarray) -> np.ndarray:
    """What the classifier would see of the stored crops: (N, 32, 32, 3)."""
    edge = (STORED - SQUARE) // 2
    inner = crops[:, edge:-edge, edge:-edge]
    return np.stack([cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for crop in inner])


def _strip(folder: Path, source: str) -> np.ndarray:
    from PIL import Image

    with Image.open(folder / "crops" / f"{source.removesuffix('.jpg')}.webp") as image:
        return np.asarray(image.convert("RGB"))
