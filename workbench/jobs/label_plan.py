"""How many labelers a task goes to, and where tasks whose answer is known are planted.

Each share is drawn by the lake's secret seed from the key of a task: a push that is repeated or goes on draws the same,
a larger share keeps what a smaller one had drawn. Nothing in a task's data, id or place says what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from labeling.api import Server
from labeling.project import Quality
from labeling.server_project import ServerProject
from workbench import lake
from workbench.domain.labels import LabelTask, PlannedTask
from workbench.jobs.label_draw import Draw
from workbench.lake import labels

Row = TypeVar("Row")
_TOLD_AT_ONCE = 100  # tasks the server is told about before it is noted


class Choosing(Protocol):
    """Whatever says which of some rows are sent, and in which order."""

    def choose(self, rows: Sequence[Row], key: Callable[[Row], str], *, limit: int | None) -> list[Row]:
        """The rows to send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPlan:
    """What a push is to make of its tasks. ``known`` are the items whose answer is known."""

    quality: Quality
    draw: Draw
    known: frozenset[str] = frozenset()

    def choose(self, rows: Sequence[Row], key: Callable[[Row], str], *, limit: int | None) -> list[Row]:
        """The rows to send: the first so many, with gold planted among them at places nobody can foresee.

        Without a gold share, everything in its order. With one, rows whose answer is known count as gold only: the
        share is drawn from them, the rest is kept for later pushes.
        """
        share = self.quality.gold_share
        if share == 0 or not self.known:
            return list(rows[:limit])
        others = [row for row in rows if key(row) not in self.known][:limit]
        pool = [row for row in rows if key(row) in self.known]
        pool.sort(key=lambda row: self.draw.share("gold", key(row)))
        planted = pool[: round(len(others) * share / (1 - share))]
        places = [(place + 0.5, row) for place, row in enumerate(others)]
        places += [(self.draw.share("place", key(row)) * (len(others) + 1), row) for row in planted]
        return [row for _, row in sorted(places, key=lambda pair: pair[0])]

    def of(self, task: LabelTask) -> tuple[int, bool]:
        """How many labelers a task goes to, and whether it is gold."""
        gold = self.quality.gold_share > 0 and any(item.item_key in self.known for item in task.items)
        if gold:
            return max(self.quality.gold_labelers, 1), True
        drawn = self.draw.share("overlap", task.task_key) < self.quality.overlap_share
        return (self.quality.labelers if drawn else 1), False


class PlanKeeper:
    """Watches tasks on their way to the server, then tells it who is to go to several labelers, and notes that."""

    def __init__(self, plan: LabelPlan) -> None:
        self.plan = plan
        self.wanted: dict[str, tuple[int, bool]] = {}

    def watch(self, tasks: Iterable[LabelTask]) -> Iterator[LabelTask]:
        """The same tasks; what is to become of them is remembered."""
        for task in tasks:
            labelers, gold = self.plan.of(task)
            if labelers > 1 or gold:
                self.wanted[task.task_key] = (labelers, gold)
            yield task

    def settle(self, server: Server, there: ServerProject, store: lake.Lake) -> int:
        """Tell the server what it was not told before; how many tasks that was. Interrupted, the next push goes on."""
        sent = labels.sent_tasks(store, there.key).iter_rows(named=True)
        ids = {row["task_key"]: row["task_id"] for row in sent if not row["deleted"]}
        noted = {
            row["task_id"]: (row["labelers"], row["gold"])
            for row in labels.plan(store, there.key).iter_rows(named=True)
        }
        due = [
            PlannedTask(task_id=ids[key], task_key=key, labelers=labelers, gold=gold)
            for key, (labelers, gold) in self.wanted.items()
            if key in ids and noted.get(ids[key]) != (labelers, gold)
        ]
        for start in range(0, len(due), _TOLD_AT_ONCE):
            part = due[start : start + _TOLD_AT_ONCE]
            for one in part:
                server.change("PATCH", f"/api/tasks/{one.task_id}/", {"overlap": one.labelers}, again=True)
            labels.append_plan(store, there.key, part)
        return len(due)
