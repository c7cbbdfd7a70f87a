"""Give the images of the FiftyOne dataset what they look like: vectors, a map, neighbours, copies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench.inspection.looks import compare_looks
from workbench.inspection.slice_pictures import SLICES
from workbench.inspection.write_brain import write_brain
from workbench.jobs.inspection_place import inspection_place
from workbench.jobs.photo_vectors import photo_vectors
from workbench.settings import Settings


def write_looks(
    fo: Any, dataset: Any, settings: Settings, *,
    on_progress: Callable[[str, int, int], None] = lambda words, done, total: None,
) -> int:  # fmt: skip
    """Compute what is missing and compare all images of the dataset; how many have a vector."""
    import numpy as np

    place = inspection_place(settings)
    photos = dataset.select_group_slices(SLICES[0])
    keys, files, categories, failed = photos.values(["key", "filepath", "category", "auto_failed"])
    named = {Path(file).stem: Path(file) for file in files}  # the same photo has the same picture
    found = photo_vectors(
        named, place, on_progress=lambda done, total: on_progress("what images look like", done, total)
    )
    rows = [n for n, file in enumerate(files) if Path(file).stem in found]
    if not rows:
        return 0
    on_progress("comparing images", 0, len(rows))
    vectors = np.stack([found[Path(files[n]).stem] for n in rows])
    looks = compare_looks(
        vectors, [Path(files[n]).stem for n in rows], [categories[n] for n in rows], [failed[n] for n in rows]
    )
    dataset.info = {**dataset.info, "map": looks.layout}
    dataset.save()
    write_brain(dataset, [keys[n] for n in rows], vectors, looks)
    on_progress("comparing images", len(rows), len(rows))
    return len(rows)
