"""What people were asked of an item before, as it was sent: asked again, it looks the same whatever ran since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from labeling.project import LabelingProject
from workbench import lake
from workbench.domain.labels import Guess, LabelItem, LabelTask
from workbench.lake import labels
from workbench.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The last asking. ``waiting``: one of them is still open on the server, as far as was pulled."""

    task: LabelTask
    times: int
    waiting: bool


def asked_before(project: LabelingProject, item_keys: Iterable[str], settings: Settings) -> dict[str, Asked]:
    """The last task each item stood alone on, by item key; without those nobody was asked about."""
    with lake.open(settings, read_only=True) as store:
        found = labels.asked(store, project.name, project.layout().name, item_keys)
    return {
        row["item_key"]: Asked(task=_task(project, row), times=row["times"], waiting=row["waiting"])
        for row in found.iter_rows(named=True)
    }


def _task(project: LabelingProject, row: Mapping[str, Any]) -> LabelTask:
    item = dict(row["item"])
    box = item.pop("box")
    guess = None
    if row["guess"] is not None:
        result = tuple(json.loads(row["guess"])["result"])
        guess = Guess(result=result, score=row["score"], model=row["model"])
    return LabelTask(
        project=project.name, layout=project.layout().name,
        items=(LabelItem(**item, box=tuple(box) if box else None),), data=json.loads(row["data"]), guess=guess,
    )  # fmt: skip
