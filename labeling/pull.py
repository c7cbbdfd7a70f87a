"""Fetch what labelers did: page by page, edits followed, deletions found by comparing ids.

A pull asks for tasks that changed since the last one by the server's own clock. Where clock or counts show that this
cannot be the whole truth (a clock set back, a task deleted, tasks from elsewhere), every task is looked at again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from labeling.answers import read_result
from labeling.api import ANNOTATIONS, TASK, Server
from labeling.server_project import ServerProject
from labeling.task_data import from_json
from workbench.domain.errors import LabelingError
from workbench.domain.labels import Annotation, PulledPage, Tombstone

OVERLAP = timedelta(minutes=2)  # a save that began before a pull may be stored, with its earlier time, after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was pulled before.

    ``tasks`` has every task on record that is not known to be deleted, ``annotations`` the newest state of every
    annotation that is not: id -> (task id, updated); ``skipped`` names those that skip their task. ``until`` is the
    server's time when the last pull began.
    """

    tasks: Mapping[int, str] = field(default_factory=dict)
    annotations: Mapping[int, tuple[int, datetime]] = field(default_factory=dict)
    skipped: frozenset[int] = frozenset()
    until: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Pulled:
    """What a pull found; ``until`` is handed to the next one."""

    annotations: int = 0  # new or changed
    refused: int = 0  # of these, kept but not readable
    deleted: int = 0
    foreign: int = 0  # tasks on the server that are not ours
    everything: bool = False  # whether every task was looked at
    until: datetime | None = None


def pull_annotations(
    server: Server, there: ServerProject, known: Known, *, keep: Callable[[PulledPage], None],
    on_progress: Callable[[Pulled], None] = lambda done: None, everything: bool = False,
) -> Pulled:  # fmt: skip
    """Bring what is known up to the server's state; ``keep`` stores each page whole before the next is asked for.

    Raises:
        LabelingError: The server refuses, or stays away for too long. What was kept stays; the same pull again goes on.
    """
    puller = _Puller(server, there, known, keep, on_progress)
    began = puller.server_time()
    back = known.until is not None and began < known.until
    puller.done.everything = everything or known.until is None or back
    if puller.done.everything:
        puller.look(since=None)
        puller.bury_the_missing()
    else:
        puller.look(since=known.until - OVERLAP)
        if puller.done.foreign or not puller.counts_agree():
            puller.done.everything = True
            puller.look(since=None)
            puller.bury_the_missing()
    puller.done.until = began
    return puller.done


class _Puller:
    def __init__(self, server, there, known, keep, on_progress) -> None:
        self.server, self.there, self.keep, self.on_progress = server, there, keep, on_progress
        self.tasks = dict(known.tasks)
        self.annotations = dict(known.annotations)
        self.of_task: dict[int, set[int]] = {}
        for number, (task_id, _) in self.annotations.items():
            self.of_task.setdefault(task_id, set()).add(number)
        self.skipped = set(known.skipped)
        self.people = {row["id"]: row["email"] for row in server.pages("/api/users/")}
        self.seen: set[int] = set()
        self.done = Pulled()

    def server_time(self) -> datetime:
        self.server.get("/api/version")
        if self.server.server_time is None:
            raise LabelingError("the server does not tell its time", where=self.server.url, allowed="a Date header")
        return self.server.server_time

    def look(self, *, since: datetime | None) -> None:
        self.seen.clear()
        for page in self.server.tasks(self.there.server_id, updated_since=since, fields=(*TASK, *ANNOTATIONS)):
            annotations: list[Annotation] = []
            gone: list[int] = []
            for row in page:
                self.seen.add(row["id"])
                if row["id"] not in self.tasks:
                    self.done.foreign += since is not None or 0
                    continue
                there_now = {entry["id"] for entry in row["annotations"]}
                gone += sorted(self.of_task.get(row["id"], set()) - there_now)
                annotations += filter(None, (self._annotation(entry, row) for entry in row["annotations"]))
            self._keep(annotations, gone, ())
        if since is None:
            self.done.foreign = len(self.seen - self.tasks.keys())

    def bury_the_missing(self) -> None:
        """After every task was looked at: what was not seen is not there."""
        tasks = sorted(self.tasks.keys() - self.seen)
        self._keep([], [number for task in tasks for number in sorted(self.of_task.get(task, ()))], tasks)

    def counts_agree(self) -> bool:
        answer = self.server.get(
            "/api/tasks/", project=self.there.server_id, page=1, page_size=1, resolve_uri="false"
        )  # totals are of the whole project
        counted = len(self.annotations.keys() - self.skipped)  # the server leaves skipped ones out
        return (answer["total"], answer["total_annotations"]) == (len(self.tasks), counted)

    def _annotation(self, entry: Mapping[str, Any], row: Mapping[str, Any]) -> Annotation | None:
        updated = _time(entry["updated_at"])
        if self.annotations.get(entry["id"]) == (row["id"], updated):
            return None
        answers, refused = (), None
        try:
            task = from_json(row["data"], project=self.there.project.name, layout=self.there.layout.name)
            if task.task_key != self.tasks[row["id"]]:
                raise LabelingError("on a task that asks about something else than what was sent")
            if not entry["was_cancelled"]:
                answers = read_result(entry["result"], layout=self.there.layout, items=task.items, data=row["data"])
        except LabelingError as error:
            refused = str(error)
        except (KeyError, TypeError, ValueError, AttributeError) as error:  # sent by a script, not by the page
            refused = f"not an annotation as Label Studio makes it: {error!r}"
        return Annotation(
            project_key=self.there.key, annotation_id=entry["id"], task_id=row["id"], task_key=self.tasks[row["id"]],
            annotator=self._name(entry["completed_by"]), created_at=_time(entry["created_at"]), updated_at=updated,
            result=json.dumps(entry["result"], ensure_ascii=False), lead_time_s=entry["lead_time"],
            skipped=entry["was_cancelled"], gold=entry["ground_truth"], answers=answers, refused=refused,
        )  # fmt: skip

    def _name(self, number: Any) -> str:
        number = number["id"] if isinstance(number, Mapping) else number
        return self.people.get(number, f"user {number}")  # one who left the organisation has no address any more

    def _keep(self, annotations: list[Annotation], gone: list[int], tasks_gone) -> None:
        now = self.server.server_time
        graves = [Tombstone(project_key=self.there.key, kind="annotation", server_id=n, found_at=now) for n in gone]
        graves += [Tombstone(project_key=self.there.key, kind="task", server_id=n, found_at=now) for n in tasks_gone]
        if annotations or graves:
            self.keep(PulledPage(annotations=tuple(annotations), tombstones=tuple(graves)))
        for one in annotations:
            self.annotations[one.annotation_id] = (one.task_id, one.updated_at)
            self.of_task.setdefault(one.task_id, set()).add(one.annotation_id)
            (self.skipped.add if one.skipped else self.skipped.discard)(one.annotation_id)
        for number in gone:
            task_id, _ = self.annotations.pop(number)
            self.of_task[task_id].discard(number)
        for number in tasks_gone:
            del self.tasks[number]
        self.done.annotations += len(annotations)
        self.done.refused += sum(one.refused is not None for one in annotations)
        self.done.deleted += len(gone) + len(tasks_gone)
        self.on_progress(self.done)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
