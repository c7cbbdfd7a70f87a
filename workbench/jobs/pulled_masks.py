"""Masks that labelers corrected, kept as pictures: a page's files first, then its rows."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from labeling.brush_mask import decode_mask
from labeling.project import Layout
from pipeline.store import Store
from workbench.domain.labels import Annotation, LabelMask, PulledPage

if TYPE_CHECKING:
    import numpy as np

FOLDER = Path("labels", "masks")


def page_masks(page: PulledPage, layout: Layout, store: Store) -> list[LabelMask]:
    """Store the masks of a page; several strokes of one label are one mask. What was refused has none.

    Raises:
        StorageFull: The disk is full; the page is left out whole, and the next pull brings it.
    """
    brushes = {name for name, question in layout.questions.items() if question.kind == "BrushLabels"}
    if not brushes:
        return []
    return [
        _kept(one, label, mask, store)
        for one in page.annotations if one.answers and not one.skipped
        for label, mask in _masks(one, brushes).items()
    ]  # fmt: skip


def _masks(one: Annotation, brushes: set[str]) -> dict[str, np.ndarray]:
    import numpy as np

    found: dict[str, list[np.ndarray]] = defaultdict(list)
    for entry in json.loads(one.result):
        if entry.get("from_name") in brushes and "rle" in entry["value"]:
            size = {"height": entry["original_height"], "width": entry["original_width"]}
            for label in entry["value"]["brushlabels"]:
                found[label].append(decode_mask(entry["value"]["rle"], **size))
    return {label: np.maximum.reduce(parts) for label, parts in found.items()}


def _kept(one: Annotation, label: str, mask: np.ndarray, store: Store) -> LabelMask:
    from PIL import Image

    held = BytesIO()
    Image.fromarray(mask).save(held, "PNG")
    digest = hashlib.sha256(held.getvalue()).hexdigest()
    path = FOLDER / digest[:2] / f"{digest}.png"
    if not (store.workspace / path).exists():
        store.write(store.workspace / path, held.getvalue())
    return LabelMask(
        annotation_id=one.annotation_id, item_key=one.answers[0].item_key, label=label, width_px=mask.shape[1],
        height_px=mask.shape[0], path=str(path), sha256=digest,
    )  # fmt: skip
