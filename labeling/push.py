"""Send tasks to a server: in chunks, each task once, whatever breaks in between.

A task is known by its key, the hash of what it asks about. The server has no unique keys, so nothing is sent whose
fate is unknown: a lost answer is followed by reading back what arrived, and only the rest is sent again.

The server is never kept waiting for us: while it takes one chunk, the next is put together and the last is stored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from labeling.api import TASK, LostAnswer, Server
from labeling.server_project import ServerProject
from labeling.task_data import as_json, from_json
from workbench.domain.errors import LabelingError
from workbench.domain.labels import LabelTask, SentTask

NOTED_AT_ONCE = 5_000  # storing costs as much as a request; what a killed push had not noted, the next one finds there
CHUNK = 2_000  # tasks a request: each costs the server some 0.1 s besides, and beyond this nothing is gained
HEAVY = 2_000_000  # numbers of filled-in masks a request, some 8 MB
_IN_VAIN = 6  # a server that is killed during one chunk after another is not what is wrong any more


@dataclass(slots=True, kw_only=True)
class Pushed:
    """What a push did."""

    sent: int = 0  # tasks that are on the server now and were not before
    found: int = 0  # were there already, though nobody had noted it: an answer was lost
    known: int = 0  # had been sent before
    lost_answers: int = 0
    removed: int = 0  # second copies, taken away again


def push_tasks(
    server: Server, there: ServerProject, tasks: Iterable[LabelTask], *, known: Iterable[tuple[str, int]],
    keep: Callable[[list[SentTask]], None], on_progress: Callable[[Pushed], None] = lambda done: None,
    chunk: int = CHUNK,
) -> Pushed:  # fmt: skip
    """Send what the server does not hold yet, in the order given.

    Args:
        server: A session.
        there: The project.
        tasks: What to send; read as it goes, never held as a whole.
        known: Key and id of every task that was noted, also of those deleted since: they are not sent again.
        keep: Notes tasks for good; called after thousands, while the server takes the next ones, at the end, and before
            an error goes on.
        on_progress: Told after each chunk.
        chunk: Tasks a request.

    Raises:
        LabelingError: The server refuses, or stays away for too long. What arrived is noted.
    """
    with ThreadPoolExecutor(1, "send-tasks") as beside:
        pusher = _Pusher(server, there, dict(known), keep, beside)
        try:
            pusher.read_back(first=True)
            on_progress(pusher.done)
            for batch in _chunks(tasks, chunk):
                pusher.send(batch)
                on_progress(pusher.done)
        finally:
            try:
                pusher.take_in()
            finally:
                pusher.keep_noted()
        on_progress(pusher.done)
    if pusher.done.lost_answers:
        pusher.remove_copies()
    return pusher.done


class _Pusher:
    def __init__(
        self, server: Server, there: ServerProject, ids: dict[str, int], keep: Callable[[list[SentTask]], None],
        beside: ThreadPoolExecutor,
    ) -> None:  # fmt: skip
        self.server, self.there, self.ids, self.keep, self.beside = server, there, ids, keep, beside
        self.done = Pushed()
        self.in_hand: dict[str, LabelTask] = {}  # the chunk the server was given last, until its answer is noted
        self.answer: Future[dict]  # to it
        self.noted: list[SentTask] = []  # not stored yet
        self.newest = max(ids.values(), default=0)
        self.unsure_after: int | None = None  # what the server made after the first lost answer may be there twice

    def send(self, batch: list[LabelTask]) -> None:
        """Hand over a chunk as soon as the server has taken the one before."""
        chunk: dict[str, LabelTask] = {}  # the same crop twice in one chunk is one task
        for task in batch:
            key = task.task_key
            if key in self.ids or key in self.in_hand:
                self.done.known += 1
            else:
                chunk[key] = task
        body = _encoded(chunk)
        self.take_in()
        if chunk:
            self.in_hand, self.answer = chunk, self._ask(body)
        if len(self.noted) >= NOTED_AT_ONCE:
            self.keep_noted()

    def take_in(self) -> None:
        """Note the chunk the server has in hand; when its answer is lost, only what did not arrive goes again."""
        chunk, in_vain = self.in_hand, 0
        self.in_hand = {}  # after an error, nothing of it is noted: the next push finds what arrived
        while chunk:
            try:
                ids = self.answer.result()["task_ids"]
            except LostAnswer as error:
                self.done.lost_answers += 1
                self.unsure_after = self.newest if self.unsure_after is None else self.unsure_after
                before = len(self.ids)
                self.read_back()
                in_vain = 0 if len(self.ids) > before else in_vain + 1
                if in_vain == _IN_VAIN:
                    raise LabelingError(
                        f"{in_vain} times nothing of a chunk arrived: {error.found}", where=error.where
                    ) from error
            else:
                self._note(dict(zip(chunk, ids, strict=True)), chunk)
            chunk = {key: task for key, task in chunk.items() if key not in self.ids}
            if chunk:
                self.answer = self._ask(_encoded(chunk))

    def read_back(self, *, first: bool = False) -> None:
        """Find out what arrived after the last task we know of, and note it."""
        for page in self.server.tasks(self.there.server_id, after_id=self.newest, fields=TASK):
            found: dict[str, LabelTask] = {}
            ids: dict[str, int] = {}
            for row in page:
                self.newest = max(self.newest, row["id"])
                task = self._ours(row["data"])
                if task is not None and task.task_key not in self.ids:
                    found.setdefault(task.task_key, task)
                    ids.setdefault(task.task_key, row["id"])
            if found:
                self._note(ids, found, found_again=first)
                if len(self.noted) >= NOTED_AT_ONCE:
                    self.keep_noted()

    def keep_noted(self) -> None:
        """Store what was noted."""
        if self.noted:
            self.keep(self.noted)
            self.noted = []

    def remove_copies(self) -> None:
        """An import we gave up on may still have gone through: of two copies the later, untouched one goes."""
        for page in self.server.tasks(self.there.server_id, after_id=self.unsure_after, fields=TASK):
            for row in page:
                task, path = self._ours(row["data"]), f"/api/tasks/{row['id']}/"
                if task is None or self.ids.get(task.task_key) == row["id"]:
                    continue
                copy = self.server.get(path)
                if not copy["annotations"] and not copy["drafts"]:
                    self.server.change("DELETE", path, again=True)
                    self.done.removed += 1

    def _ask(self, body: bytes) -> Future[dict]:
        path = f"/api/projects/{self.there.server_id}/import"
        return self.beside.submit(self.server.change, "POST", path, body, return_task_ids="true")

    def _ours(self, data: dict) -> LabelTask | None:
        try:
            return from_json(data, project=self.there.project.name, layout=self.there.layout.name)
        except LabelingError:  # somebody else's; `reconcile` names it
            return None

    def _note(self, ids: dict[str, int], tasks: dict[str, LabelTask], *, found_again: bool = False) -> None:
        now = datetime.now(UTC)
        self.noted += [
            SentTask(project_key=self.there.key, task_id=number, task=tasks[key], sent_at=now)
            for key, number in ids.items()
        ]
        self.ids |= ids
        self.newest = max(self.newest, *ids.values())
        if found_again:
            self.done.found += len(ids)
        else:
            self.done.sent += len(ids)


def _encoded(chunk: dict[str, LabelTask]) -> bytes:
    data = [as_json(task) for task in chunk.values()]
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _chunks(tasks: Iterable[LabelTask], size: int) -> Iterator[list[LabelTask]]:
    """Parts of at most so many tasks, fewer where masks are filled in: a request is held in memory, here and there."""
    batch: list[LabelTask] = []
    weight = 0
    for task in tasks:
        batch.append(task)
        weight += sum(len(region["value"].get("rle", ())) for region in task.guess.result) if task.guess else 0
        if len(batch) >= size or weight >= HEAVY:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch
