"""Make the tasks of a labeling project from what is at hand: shipped candidate crops, or the images of a set."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labeling.pictures import Pictures
from labeling.project import LabelingProject, Layout
from labeling.similar_order import look_of, similar_order
from workbench.domain.errors import LabelingError
from workbench.domain.labels import LabelItem, LabelTask, sheet_key
from workbench.jobs.label_plan import LabelPlan
from workbench.jobs.sheet_guess import sheet_guess

if TYPE_CHECKING:
    import numpy as np

CANDIDATES = Path(__file__).resolve().parents[2] / "sample_data" / "training" / "mole_hair"
STRIP_PX = 96  # side of a crop in a strip


def candidate_tasks(
    project: LabelingProject, layout: Layout, pictures: Pictures, *, folder: Path = CANDIDATES,
    limit: int | None = None, plan: LabelPlan | None = None,
) -> Iterator[LabelTask]:  # fmt: skip
    """The candidate crops of a folder laid out as `sample_data/training/mole_hair`, similar ones together.

    Raises:
        LabelingError: A crop is not the one its row names.
    """
    with open(folder / "labels.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows = rows[:limit] if plan is None else plan.choose(rows, lambda row: row["crop_hash"], limit=limit)
    strips: dict[str, np.ndarray] = {}
    hashes: dict[str, str] = {}
    crops = [_cut(row, folder, strips, hashes) for row in rows]
    order = similar_order([look_of(crop) for crop in crops])
    items = [_item(rows[place], hashes) for place in order]
    yield from crop_tasks(project, layout, pictures, items, [crops[place] for place in order])


def crop_tasks(
    project: LabelingProject, layout: Layout, pictures: Pictures, items: list[LabelItem], crops: list[np.ndarray]
) -> Iterator[LabelTask]:
    """A task a crop, or a sheet of them."""
    for item, pixels in zip(items, crops, strict=True):
        pictures.add_crop(pixels, item.item_key)
    yield from stored_crop_tasks(project, layout, pictures, items)


def stored_crop_tasks(
    project: LabelingProject, layout: Layout, pictures: Pictures, items: Sequence[LabelItem]
) -> Iterator[LabelTask]:
    """A task a crop, or a sheet of them, whose pictures were stored before.

    A sheet comes answered by the classifier: to draw 24 regions takes longer than to correct the few that are wrong.
    A single crop comes without an answer: one key gives it, and nobody's eye is led.
    """
    if layout.grid is None:
        for item in items:
            address = {"picture": pictures.crop_address(item.item_key)}
            yield LabelTask(project=project.name, layout=layout.name, items=(item,), data=address)
        return
    grid = layout.grid
    size = {"width_px": grid.columns * grid.cell_px, "height_px": grid.rows * grid.cell_px}
    for start in range(0, len(items), grid.cells):
        on_sheet = tuple(items[start : start + grid.cells])
        crops = [pictures.read_crop(item.item_key) for item in on_sheet]
        address = pictures.add_sheet(crops, grid, sheet_key(one.item_key for one in on_sheet))
        yield LabelTask(
            project=project.name, layout=layout.name, items=on_sheet, data={"picture": address, **size},
            guess=sheet_guess(crops, layout),
        )  # fmt: skip


def _cut(row: Mapping[str, str], folder: Path, strips: dict[str, np.ndarray], hashes: dict[str, str]) -> np.ndarray:
    import numpy as np
    from PIL import Image

    file = folder / "crops" / f"{Path(row['source']).stem}.webp"
    if row["source"] not in strips:
        strips[row["source"]] = np.asarray(Image.open(file).convert("RGB"))
        hashes[row["source"]] = hashlib.sha256(file.read_bytes()).hexdigest()
    left = int(row["strip_index"]) * STRIP_PX
    crop = np.ascontiguousarray(strips[row["source"]][:, left : left + STRIP_PX])
    if hashlib.sha256(crop.tobytes()).hexdigest() != row["crop_hash"]:
        raise LabelingError(f"crop {row['strip_index']} is not the one its row names", where=str(file))
    return crop


def _item(row: Mapping[str, str], hashes: Mapping[str, str]) -> LabelItem:
    return LabelItem(
        item_key=row["crop_hash"],
        image_hash=hashes[row["source"]],
        box=tuple(float(row[name]) for name in ("left", "top", "width", "height")),
        sku=Path(row["source"]).stem,
        category="hair_beauty",
        source=row["source"],
    )
