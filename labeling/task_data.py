"""A task as Label Studio stores it, and back: what was asked can be read off the server alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.errors import LabelingError
from workbench.domain.labels import LabelItem, LabelTask


def as_json(task: LabelTask) -> dict[str, Any]:
    """The task with its guess, for an import. A single item's facts stand flat too, for people to filter by."""
    data: dict[str, Any] = {
        **task.data,
        "project": task.project,
        "layout": task.layout,
        "task_key": task.task_key,
        "item_keys": [item.item_key for item in task.items],
        "items": [item.plain() for item in task.items],
    }
    if task.turn:
        data["turn"] = task.turn
    if len(task.items) == 1:
        (item,) = task.items
        data |= {"image_hash": item.image_hash, "crop_box": item.box, "sku": item.sku, "category": item.category}
    sent: dict[str, Any] = {"data": data}
    if task.guess is not None:
        guess = task.guess
        sent["predictions"] = [{"result": list(guess.result), "score": guess.score, "model_version": guess.model}]
    return sent


def from_json(data: Mapping[str, Any], *, project: str, layout: str) -> LabelTask:
    """The task a server's row stands for.

    Raises:
        LabelingError: It is not one of ours, of another project, or was changed there.
    """
    if "task_key" not in data or "items" not in data:
        raise LabelingError("a task that was not pushed from here")
    if (data.get("project"), data.get("layout")) != (project, layout):
        raise LabelingError(
            f"a task of project {data.get('project')!r}, layout {data.get('layout')!r}", allowed=f"{project}, {layout}"
        )
    items = tuple(
        LabelItem(**{**item, "box": tuple(item["box"]) if item.get("box") else None}) for item in data["items"]
    )
    ours = {"project", "layout", "task_key", "item_keys", "items", "turn", "image_hash", "crop_box", "sku", "category"}
    shown = {name: value for name, value in data.items() if name not in ours}
    task = LabelTask(project=project, layout=layout, items=items, data=shown, turn=data.get("turn", ""))
    if task.task_key != data["task_key"]:
        raise LabelingError("a task whose items were changed on the server")
    return task
