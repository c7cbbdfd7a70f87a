"""Where the network that finds the subject goes wrong: its worst test photos, beside what was outlined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.jobs.failure_sheet import failure_sheet
from workbench.jobs.sample_set import sample_manifest

if TYPE_CHECKING:
    import polars as pl

    from pipeline.training.subject_net_parts.renders import Photo

SHOWN = 4  # photos a sheet
REAL, RENDERED = "real photos", "renders"
MADE = "composed "  # begins the category of products set before made backdrops


def subject_dots() -> pl.DataFrame:
    """Overlap with the true subject (IoU) by category as the card has it, the best first; see `dots_chart`."""
    import polars as pl

    from pipeline.models.load_model import load_model

    return pl.DataFrame(
        [
            {"name": one.category, "value": one.value, "low": one.low, "high": one.high, "n": one.n,
             "of": REAL if one.category.startswith("real ") else RENDERED}
            for one in load_model("subject_net").card.figures
            if one.measure == "iou" and one.category is not None and not one.category.startswith(MADE)
        ]
    ).sort("value", descending=True)  # fmt: skip


def worst_subjects(*, real: bool) -> bytes:
    """The test photos with the least overlap, one a category: photo, outlined truth, what the network says.

    Args:
        real: Of the real photos; else of the renders.
    """
    import numpy as np

    shown = {}
    for overlap, photo, found in sorted(_answered(real), key=lambda row: row[0]):
        if real or photo.category not in shown:
            words = f"{photo.item.replace('_', ' ')}\nIoU {overlap:.2f}"
            picture = (255.0 * found).round().astype(np.uint8)
            shown[photo.item if real else photo.category] = (words, [photo.rgb, photo.alpha, picture])
    return failure_sheet(list(shown.values())[:SHOWN], across=3)


def _answered(real: bool):
    """Every test photo of that kind with its overlap and the network's map."""
    import numpy as np

    from pipeline import registry
    from pipeline.evaluation.iou import iou

    engine = registry.load("engines", "subject_net")
    for photo in _photos(real):
        found = engine.run(photo.rgb, engine.params())
        known = True if photo.known is None else photo.known
        yield iou(np.where(known, found, 0), np.where(known, photo.alpha / np.float32(255), 0)), photo, found


def _photos(real: bool) -> tuple[Photo, ...]:
    import numpy as np
    from PIL import Image

    from pipeline.training.subject_net_parts.real_masks import read_masks
    from pipeline.training.subject_net_parts.renders import Photo, read_renders

    sample = sample_manifest().parent
    if real:
        return read_masks(sample, "test", side=None)
    return tuple(
        Photo(
            item=row["image_id"], category=row["category"], group=row["image_id"],
            rgb=np.asarray(Image.open(sample / row["photo"]).convert("RGB")),
            alpha=np.asarray(Image.open(sample / row["alpha"]).convert("L")),
        )
        for row in read_renders(sample, test=True) if row["split"] == "test"
    )  # fmt: skip
