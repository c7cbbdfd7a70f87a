"""Reads the tags people set in FiftyOne, and sets ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedImage:
    """An image and the tags on any of its slices; ``changed_at`` is when FiftyOne last wrote one of them."""

    key: str
    set_id: str
    image_id: str
    result_id: str
    sku: str
    tags: frozenset[str]
    changed_at: datetime


def read_tags(dataset: Any, *, also: Iterable[str] = ()) -> list[TaggedImage]:
    """Images that carry a tag, and those named in ``also`` (keys), whose tags may be gone."""
    import fiftyone as fo

    field, also = fo.ViewField, list(also)
    slices = dataset.select_group_slices(_allow_mixed=True)
    chosen = slices.match((field("tags").length() > 0) | field("key").is_in(also))
    names = ("key", "set_id", "image_id", "result_id", "sku", "tags", "last_modified_at")
    found: dict[str, tuple[list[Any], set[str], datetime]] = {}
    for row in zip(*chosen.values(list(names)), strict=True):
        kept = found.setdefault(row[0], (list(row[:5]), set(), row[6]))
        kept[1].update(row[5] or ())
        found[row[0]] = (kept[0], kept[1], max(kept[2], row[6]))
    return [
        TaggedImage(
            key=key, set_id=row[1], image_id=row[2], result_id=row[3], sku=row[4], tags=frozenset(tags),
            changed_at=at if at.tzinfo else at.replace(tzinfo=UTC),
        )
        for key, (row, tags, at) in sorted(found.items())
    ]  # fmt: skip


def add_tag(dataset: Any, keys: Iterable[str], tag: str) -> None:
    """Set a tag on all slices of some images."""
    import fiftyone as fo

    dataset.select_group_slices(_allow_mixed=True).match(fo.ViewField("key").is_in(list(keys))).tag_samples(tag)
