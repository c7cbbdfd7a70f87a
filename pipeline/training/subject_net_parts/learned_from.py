"""The photos and products whose look the subject network knows from its training."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.training.subject_net_parts.real_masks import mask_rows
from pipeline.training.subject_net_parts.renders import is_validation, read_renders


def learned_from(sample: Path) -> frozenset[str]:
    """Names of all renders, photos and animals the network was trained on; cutouts of these flatter it.

    Args:
        sample: The sample data.
    """
    with open(sample / "manifest.csv", newline="", encoding="utf-8") as file:
        animals = [row["image_id"] for row in csv.DictReader(file) if row["path"].startswith("matting/")]
    return frozenset(
        (
            *(row["image_id"] for row in read_renders(sample) if row["split"] == "train"),
            *(Path(row["file"]).stem for row in mask_rows(sample, "train")),
            *(name for name in animals if not is_validation(name)),
        )
    )
