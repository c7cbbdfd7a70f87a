"""How much of the skin that is found is skin, on photos of the test split."""

from __future__ import annotations

import numpy as np

from pipeline.evaluation.grouped_interval import grouped_interval
from pipeline.models.card import Figure
from pipeline.models.model import Model
from pipeline.skin.find_skin import find_skin
from pipeline.training.mole_hair_parts.skin import skin_photos

MEASURES = ("skin_iou", "skin_recall", "skin_precision")


def measure_skin(model: Model) -> tuple[Figure, ...]:
    """Figures for the card: overlap and recall where there is skin, the share wrongly found where there is none."""
    rows = list(compare_skin(model))
    out = []
    for kind in sorted({kind for _, kind, *_ in rows}):
        part = [row for row in rows if row[1] == kind]
        for column, measure in enumerate(("skin_found_where_none_is",) if kind == "without" else MEASURES, start=2):
            values, photos = np.array([row[column] for row in part]), np.array([row[0] for row in part])
            value, low, high = grouped_interval(lambda w, v=values: float(np.average(v, weights=w)), photos)
            out.append(
                Figure(test_set="photos of the test split", category=f"skin, {kind}", measure=measure, value=value,
                       low=low, high=high, n=len(part))
            )  # fmt: skip
    return tuple(out)


def compare_skin(model: Model):
    """Yield (photo, kind, IoU, recall, precision); without true skin the first is the share of the frame found."""
    for photo in skin_photos("test"):
        found = find_skin(photo.image, model=model) & photo.known
        if not photo.skin.any():
            yield photo.name, photo.kind, float(found.sum() / photo.known.sum()), 0.0, 0.0
            continue
        both = float((found & photo.skin).sum())
        yield (
            photo.name, photo.kind, both / float((found | photo.skin).sum()), both / float(photo.skin.sum()),
            both / max(1.0, float(found.sum())),
        )  # fmt: skip
