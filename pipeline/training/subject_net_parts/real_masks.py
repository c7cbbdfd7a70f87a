"""Real photos with masks, as they lie in ``sample_data/training/masks``."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np

from pipeline.training.subject_net_parts.renders import SIDE, Photo, is_validation, shrunk

NOT_KNOWN = 128  # grey value of the masks where nobody could say; 255 is subject, 0 is not
CLEAR = 0.03  # of the longer side: distance kept from the subject, whose shadow and blur reach out
STRIP = 0.1  # of the longer side: narrowest strip of floor or wall that a backdrop is made of


def read_masks(sample: Path, split: str, *, side: int | None = SIDE) -> tuple[Photo, ...]:
    """Photos of a split with their masks.

    Clothing hangs together by sender, everything else by photo; one group in five of what may be trained on is kept
    for validation.

    Args:
        sample: The sample data.
        split: ``train``, ``validation`` or ``test``.
        side: Longest side they are shrunk to; None for as they are.
    """
    return tuple(_read(sample / "training" / "masks", row, side) for row in mask_rows(sample, split))


def mask_rows(sample: Path, split: str) -> tuple[dict[str, str], ...]:
    """The rows of ``masks.csv`` in a split, as `read_masks` has them; none where there are no masks."""
    path = sample / "training" / "masks" / "masks.csv"
    if not path.is_file():
        return ()
    with open(path, newline="", encoding="utf-8") as file:
        return tuple(row for row in csv.DictReader(file) if _split(row) == split)


def subject_free(photo: Photo) -> np.ndarray | None:
    """A backdrop of the photo's size made of its own floor or wall, uint8 (h, w, 3); None if too little is seen.

    The largest strip above, below or beside the subject, continued by its mirror image.
    """
    height, width = photo.alpha.shape
    taken = photo.alpha > 0 if photo.known is None else (photo.alpha > 0) | ~photo.known
    ys, xs = np.nonzero(taken)
    apart = round(CLEAR * max(height, width))
    strips = (
        photo.rgb[: max(0, ys.min() - apart)], photo.rgb[ys.max() + 1 + apart :],
        photo.rgb[:, : max(0, xs.min() - apart)], photo.rgb[:, xs.max() + 1 + apart :],
    )  # fmt: skip
    strip = max(strips, key=lambda part: part.shape[0] * part.shape[1])
    high, wide = strip.shape[:2]
    if min(high, wide) < STRIP * max(height, width):
        return None
    return cv2.copyMakeBorder(strip, 0, height - high, 0, width - wide, cv2.BORDER_REFLECT_101)


def _split(row: dict[str, str]) -> str:
    return "validation" if row["split"] == "train" and is_validation(_group(row)) else row["split"]


def _group(row: dict[str, str]) -> str:
    return f"sender {row['sender_id']}" if row["sender_id"] else Path(row["file"]).stem


def _read(folder: Path, row: dict[str, str], side: int | None) -> Photo:
    rgb = cv2.imread(str(folder / row["file"]), cv2.IMREAD_COLOR_RGB)
    mask = cv2.imread(str((folder / row["file"]).with_suffix(".png")), cv2.IMREAD_GRAYSCALE)
    known = (mask != NOT_KNOWN).astype(np.uint8)
    alpha = np.where(mask == NOT_KNOWN, 0, mask).astype(np.uint8)
    if side is not None:
        rgb, alpha, known = shrunk(rgb, side), shrunk(alpha, side), shrunk(known * 255, side) > 254
    return Photo(
        item=Path(row["file"]).stem, category=f"real {row['category']}", group=_group(row), rgb=rgb, alpha=alpha,
        known=None if known.all() else known.astype(bool),
    )  # fmt: skip
