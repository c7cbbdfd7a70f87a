"""What people tagged in FiftyOne, in the lake: every tag that was set or taken away, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from workbench.lake import rows

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChange:
    """A tag that was set on an image, or taken away. ``changed_at`` is FiftyOne's, ``noted_by`` who brought it here."""

    sample_key: str
    set_id: str
    image_id: str
    result_id: str
    tag: str
    state: Literal["set", "gone"]
    noted_by: str
    changed_at: datetime
    noted_at: datetime
    simulated: bool


def append_tags(store: Lake, changes: Iterable[TagChange]) -> int:
    """Store them; how many were new. The same change brought twice, by whomever, is one."""
    batch = []
    for change in changes:
        times = {name: rows._utc(getattr(change, name), name) for name in ("changed_at", "noted_at")}
        key = rows.key(change.sample_key, change.tag, change.state, times["changed_at"])
        batch.append(rows._plain({**asdict(change), **times, "row_key": key, "day": times["noted_at"].date()}))
    return store._append({"inspection_tags": batch})["inspection_tags"]


def sent_images(store: Lake, *, tag: str, project_key: str) -> list[str]:
    """Samples that carry a tag and whose photos are asked about in a labeling project on the server."""
    return store.query("inspection_sent", {"tag": tag, "project_key": project_key})["sample_key"].to_list()


def standing_tags(store: Lake, *, simulated: bool) -> pl.DataFrame:
    """Tags that are on an image now: sample_key, set_id, image_id, result_id, tag, noted_by, changed_at."""
    return store.query("inspection_tags", {"simulated": simulated})
