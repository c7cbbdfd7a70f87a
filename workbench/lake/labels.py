"""Labels in the lake: tasks that were sent, annotations in every state, what they answer, and what was deleted.

A pulled page goes in as one transaction: a full disk or a kill leaves it out whole, and the next pull brings it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from workbench.domain.labels import Annotation, LabelMask, PlannedTask, PulledPage, SentTask, Sides
from workbench.lake import rows

if TYPE_CHECKING:
    import polars as pl

    from workbench.lake.lake import Lake

SIMULATED_KEY = "simulated-labelers"  # project_key of all that labelers said who never were


def append_sent_tasks(store: Lake, sent: Iterable[SentTask]) -> int:
    """Note tasks the server holds; how many were not noted yet."""
    return store._append({"label_tasks": [_task_row(one) for one in sent]})["label_tasks"]


def append_pulled(store: Lake, page: PulledPage, masks: Iterable[LabelMask] = ()) -> int:
    """Store a page of a pull with its masks, all of it or nothing; how many states of annotations were new."""
    batches: dict[str, list[rows.Row]] = {"label_answers": [], "label_annotations": [], "label_tombstones": []}
    batches["label_masks"] = []
    states: dict[int, rows.Row] = {}
    for one in page.annotations:
        row = states[one.annotation_id] = _annotation_row(one)
        batches["label_annotations"].append(row)
        batches["label_answers"] += _answer_rows(one, row)
    for mask in masks:
        state = states[mask.annotation_id]
        same = {name: state[name] for name in ("project_key", "day")}
        key = rows.key(state["row_key"], mask.label)
        batches["label_masks"].append({"row_key": key, "annotation_key": state["row_key"], **same, **asdict(mask)})
    for grave in page.tombstones:
        key = rows.key(grave.project_key, grave.kind, grave.server_id)
        batches["label_tombstones"].append({"row_key": key, **asdict(grave)})
    return store._append(batches)["label_annotations"]


def append_pull(
    store: Lake, project_key: str, *, until: datetime, everything: bool, annotations: int, refused: int, deleted: int
) -> int:
    """Note that a pull came to its end; the next one asks for what changed since ``until``."""
    ended_at = datetime.now(UTC)
    row = {
        "row_key": rows.key(project_key, ended_at), "project_key": project_key, "until": until, "ended_at": ended_at,
        "everything": everything, "annotations": annotations, "refused": refused, "deleted": deleted,
    }  # fmt: skip
    return store._append({"label_pulls": [row]})["label_pulls"]


def append_gold(store: Lake, project: str, known: Iterable[tuple[str, str, str]], *, why: str | None) -> int:
    """Note answers that are known to be right, as (item_key, question, value); how many were new."""
    now = datetime.now(UTC)
    batch = [
        {
            "row_key": rows.key(project, question, item_key, value), "project": project, "question": question,
            "item_key": item_key, "value": value, "why": why, "planted_at": now,
        }
        for item_key, question, value in known
    ]  # fmt: skip
    return store._append({"label_gold": batch})["label_gold"]


def append_plan(store: Lake, project_key: str, planned: Iterable[PlannedTask]) -> int:
    """Note how many labelers tasks go to, once the server was told."""
    now = datetime.now(UTC)
    batch = [
        {
            "row_key": rows.key(project_key, one.task_id, one.labelers, one.gold), "project_key": project_key,
            **asdict(one), "planned_at": now,
        }
        for one in planned
    ]  # fmt: skip
    return store._append({"label_plan": batch})["label_plan"]


def append_sides(store: Lake, sides: Iterable[Sides]) -> int:
    """Note what stands on which side of blind pairs."""
    return store._append({"label_sides": [{"row_key": one.item_key, **asdict(one)} for one in sides]})["label_sides"]


def append_settled(
    store: Lake, row_key: str, *, project_key: str, annotation_id: int, review_id: str | None, problem: str | None
) -> int:
    """Note what came of an annotation's state: a verdict, none, or why it could not be one."""
    row = {
        "row_key": row_key, "project_key": project_key, "annotation_id": annotation_id, "review_id": review_id,
        "problem": problem, "settled_at": datetime.now(UTC),
    }  # fmt: skip
    return store._append({"label_reviews": [rows._plain(row)]})["label_reviews"]


def seed(store: Lake) -> str:
    """The lake's secret, made when it is first asked for; it draws what labelers must not be able to foresee."""
    found = store.query("label_seed")
    if not found.height:
        row = {"row_key": "seed", "seed": secrets.token_hex(32), "made_at": datetime.now(UTC)}
        store._append({"label_seed": [row]})  # when another process was first, its seed is the one that stands
        found = store.query("label_seed")
    return found.item()


def gold(store: Lake, project: str) -> pl.DataFrame:
    """Known answers of a project: item_key, question, value, why."""
    return store.query("label_gold", {"project": project})


def plan(store: Lake, project_key: str) -> pl.DataFrame:
    """Tasks that go to several labelers or are gold: task_id, task_key, labelers, gold."""
    return store.query("label_plan", {"project_key": project_key})


def sides(store: Lake) -> pl.DataFrame:
    """What stands on which side of blind pairs (`sql/label_sides.sql` names the columns)."""
    return store.query("label_sides")


def masks(store: Lake, project: str) -> pl.DataFrame:
    """Masks of a project that stand (`sql/label_masks.sql` names the columns)."""
    return store.query("label_masks", {"project": project})


def verdicts_due(store: Lake, project_key: str) -> pl.DataFrame:
    """Annotations of a review project that did not become verdicts yet (`sql/label_verdicts_due.sql`)."""
    return store.query("label_verdicts_due", {"project_key": project_key})


def sent_tasks(store: Lake, project_key: str) -> pl.DataFrame:
    """Every task that was sent: task_id, task_key, deleted."""
    return store.query("label_tasks", {"project_key": project_key})


def asked(store: Lake, project: str, layout: str, item_keys: Iterable[str]) -> pl.DataFrame:
    """What people were asked of items alone (`sql/label_asked.sql` names the columns)."""
    import polars as pl

    wanted = pl.DataFrame({"item_key": list(item_keys)}, schema={"item_key": pl.String})
    params = {"project": project, "layout": layout, "simulated": SIMULATED_KEY}
    return store.query("label_asked", params, frames={"wanted": wanted.to_arrow()})


def standing_annotations(store: Lake, project_key: str) -> pl.DataFrame:
    """The newest state of each annotation that is not deleted: annotation_id, task_id, updated_at, skipped."""
    return store.query("label_annotations", {"project_key": project_key})


def last_pull(store: Lake, project_key: str) -> dict[str, Any] | None:
    """The newest pull that came to its end, None before the first."""
    frame = store.query("label_last_pull", {"project_key": project_key})
    return frame.row(0, named=True) if frame.height else None


def answers(store: Lake, project: str) -> pl.DataFrame:
    """What labelers of a project answer now (`sql/label_answers.sql` names the columns)."""
    return store.query("label_answers", {"project": project})


def _task_row(sent: SentTask) -> rows.Row:
    task, at = sent.task, rows._utc(sent.sent_at, "sent_at")
    guess = task.guess
    return rows._plain(
        {
            "row_key": rows.key(sent.project_key, sent.task_id),
            "project_key": sent.project_key,
            "project": task.project,
            "layout": task.layout,
            "task_key": task.task_key,
            "task_id": sent.task_id,
            "items": [item.plain() for item in task.items],
            "data": rows._json(task.data),
            "model": guess.model if guess else None,
            "score": guess.score if guess else None,
            "guess": rows._json({"result": list(guess.result)}) if guess else None,
            "sent_at": at,
            "day": at.date(),
        }
    )


def _annotation_row(one: Annotation) -> rows.Row:
    created, updated = rows._utc(one.created_at, "created_at"), rows._utc(one.updated_at, "updated_at")
    return rows._plain(
        {
            "row_key": rows.key(one.project_key, one.annotation_id, updated),
            "project_key": one.project_key,
            "annotation_id": one.annotation_id,
            "task_id": one.task_id,
            "task_key": one.task_key,
            "annotator": one.annotator,
            "created_at": created,
            "updated_at": updated,
            "lead_time_s": one.lead_time_s,
            "skipped": one.skipped,
            "gold": one.gold,
            "refused": one.refused,
            "result": one.result,
            "day": created.date(),
        }
    )


def _answer_rows(one: Annotation, row: rows.Row) -> list[rows.Row]:
    return [
        rows._plain(
            {
                "row_key": rows.key(row["row_key"], position),
                "annotation_key": row["row_key"],
                "project_key": one.project_key,
                "annotation_id": one.annotation_id,
                "item_key": answer.item_key,
                "question": answer.question,
                "value": answer.value,
                "region_id": answer.region_id,
                "region": list(answer.region) if answer.region else None,
                "day": row["day"],
            }
        )
        for position, answer in enumerate(one.answers)
    ]
