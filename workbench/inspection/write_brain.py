"""Hands what was compared to FiftyOne: a similarity index to search with, a map, and fields to filter by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.inspection.dataset import write_values
from workbench.inspection.saved_views import BRAIN_KEY, MAP_KEY
from workbench.inspection.slice_pictures import SLICES

if TYPE_CHECKING:
    import numpy as np

    from workbench.inspection.looks import Looks


def write_brain(dataset: Any, keys: list[str], vectors: np.ndarray, looks: Looks) -> None:
    """Write it for all images that have a vector.

    Args:
        dataset: The dataset.
        keys: Of the samples, in the order of the rest.
        vectors: (n, d).
        looks: What `compare_looks` found.
    """
    import fiftyone.brain as brain
    import numpy as np

    for name in ("label_doubt", "near_failure", "duplicates"):
        values = getattr(looks, name)
        found = {key: None if np.isnan(v) else float(v) for key, v in zip(keys, values, strict=True)}
        write_values(dataset, name, found)
    place = {key: n for n, key in enumerate(keys)}
    photos = dataset.select_group_slices(SLICES[0])
    ids, their_keys = photos.values(["id", "key"])
    known = [(one, place[key]) for one, key in zip(ids, their_keys, strict=True) if key in place]
    if len(known) < 2:
        return
    chosen = photos.select([one for one, _ in known], ordered=True)
    rows = [row for _, row in known]
    for run in (BRAIN_KEY, MAP_KEY):
        if dataset.has_brain_run(run):
            dataset.delete_brain_run(run)
    brain.compute_similarity(
        chosen, brain_key=BRAIN_KEY, embeddings=vectors[rows], backend="sklearn", metric="cosine", progress=False
    )
    brain.compute_visualization(
        chosen, brain_key=MAP_KEY, embeddings=vectors[rows], points=looks.points[rows], progress=False
    )
