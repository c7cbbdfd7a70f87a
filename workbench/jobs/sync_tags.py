"""Bring the tags people set in FiftyOne into the lake: what was set, what was taken away, by whom, when."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from workbench import lake
from workbench.domain.errors import UsageError
from workbench.inspection.dataset import dataset_name
from workbench.inspection.fiftyone_at import fiftyone_at
from workbench.inspection.read_tags import TaggedImage, read_tags
from workbench.jobs.inspection_place import inspection_place
from workbench.lake.inspection import TagChange, append_tags, standing_tags
from workbench.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync found: tags that were set and taken away since the last, and how many stand."""

    added: int
    gone: int
    standing: int


def sync_tags(settings: Settings, *, simulated: bool = False, by: str | None = None) -> Synced:
    """Store what was tagged and untagged since the last sync; the same again stores nothing.

    FiftyOne does not know who sits before it, so a row says who brought the tag and when FiftyOne wrote the image.

    Args:
        settings: Workspace.
        simulated: Those of the simulated images.
        by: Who brings them; the user of this process when left out.

    Raises:
        UsageError: There is no dataset yet.
    """
    dataset = tagged_dataset(settings, simulated=simulated)
    by, now = by or getpass.getuser(), datetime.now(UTC)
    with lake.open(settings) as store:
        rows = standing_tags(store, simulated=simulated)
        standing = set(rows.select("sample_key", "tag").iter_rows())
        images = {one.key: one for one in read_tags(dataset, also={key for key, _ in standing})}
        here = {(one.key, tag) for one in images.values() for tag in one.tags}
        changes = [_change(images[key], tag, "set", by, now, simulated) for key, tag in sorted(here - standing)]
        gone = sorted((key, tag) for key, tag in standing - here if key in images)
        changes += [_change(images[key], tag, "gone", by, now, simulated) for key, tag in gone]
        append_tags(store, changes)
    added = len(changes) - len(gone)
    return Synced(added=added, gone=len(gone), standing=len(standing) + added - len(gone))


def tagged_dataset(settings: Settings, *, simulated: bool) -> Any:
    """The dataset people tag in.

    Raises:
        UsageError: There is none yet.
    """
    fo = fiftyone_at(inspection_place(settings))
    name = dataset_name(simulated=simulated)
    if not fo.dataset_exists(name):
        where = str(settings.workspace)
        raise UsageError("there is no FiftyOne dataset yet", where=where, allowed="`workbench inspect` first")
    return fo.load_dataset(name)


def _change(one: TaggedImage, tag: str, state: str, by: str, now: datetime, simulated: bool) -> TagChange:
    return TagChange(
        sample_key=one.key, set_id=one.set_id, image_id=one.image_id, result_id=one.result_id, tag=tag, state=state,
        noted_by=by, changed_at=one.changed_at, noted_at=now, simulated=simulated,
    )  # fmt: skip
