"""Which flags may be told: those that see the product, not the place its photo comes from."""

from __future__ import annotations

import numpy as np

from pipeline.models.prepare_net import compress, joined
from pipeline.training.prepare_net_parts.heads import Material, fit_flag
from pipeline.training.prepare_net_parts.judged import auroc, inside_sources
from pipeline.training.prepare_net_parts.photos import FLAGS

INSIDE, LEFT_OUT = (
    0.8,
    0.65,
)  # AUROC inside every source, for photos of unseen groups; on a source it never learned from
LEAST = 5  # photos of both answers a source needs to be asked


def shown(material: Material, arrays: dict[str, np.ndarray]) -> tuple[str, ...]:
    """Flags that order the photos inside every source, and also those of a source they never learned from.

    A flag that no source has both answers for is not shown; neither is one that only ever was asked at home.
    """
    known = material.rows(np.array([photo.split != "test" for photo in material.photos]))
    away = left_out(known, arrays)
    return tuple(
        flag for flag, rows in at_home(known, arrays).items()
        if rows and min(row["auroc"] for row in rows) >= INSIDE
        and away[flag] and min(row["auroc"] for row in away[flag]) >= LEFT_OUT
    )  # fmt: skip


def at_home(material: Material, arrays: dict[str, np.ndarray]) -> dict[str, list[dict[str, object]]]:
    """AUROC of every flag inside each source, asked about training photos of groups it did not learn from."""
    train = material.rows(np.array([photo.split == "train" for photo in material.photos]))
    rows = joined(arrays, compress(arrays, train.table.seen), train.table.looks)
    sources, groups = (np.array([getattr(p, name) for p in train.photos]) for name in ("source", "group"))
    found: dict[str, list[dict[str, object]]] = {flag: [] for flag in FLAGS}
    for flag in FLAGS:
        if len({photo.flags[flag] for photo in train.photos if flag in photo.flags}) < 2:
            continue
        held = fit_flag(rows, train.photos, flag)[2]
        asked = ~np.isnan(held)
        truth = np.array([photo.flags.get(flag, False) for photo in train.photos])[asked]
        found[flag] = inside_sources(truth, held[asked], sources[asked], groups[asked], LEAST)
    return found


def left_out(material: Material, arrays: dict[str, np.ndarray]) -> dict[str, list[dict[str, object]]]:
    """AUROC of every flag on each source with both answers, learned from the training photos of the others alone."""
    photos = material.photos
    rows = joined(arrays, compress(arrays, material.table.seen), material.table.looks)
    sources, splits = (np.array([getattr(photo, name) for photo in photos]) for name in ("source", "split"))
    found: dict[str, list[dict[str, object]]] = {flag: [] for flag in FLAGS}
    for flag in FLAGS:
        known = np.array([flag in photo.flags for photo in photos])
        truth = np.array([photo.flags.get(flag, False) for photo in photos])
        for source in np.unique(sources[known]):
            ask, learn = known & (sources == source), known & (splits == "train") & (sources != source)
            yes, no = int(truth[ask].sum()), int((~truth[ask]).sum())
            if min(yes, no) < LEAST or min(truth[learn].sum(), (~truth[learn]).sum()) < LEAST:
                continue
            others = [photo for photo, keep in zip(photos, learn, strict=True) if keep]
            weight, offset, _ = fit_flag(rows[learn], others, flag)
            found[flag].append({"source": str(source), "yes": yes, "no": no,
                                "auroc": auroc(truth[ask], rows[ask] @ weight + offset)})  # fmt: skip
    return found
