"""Hold what was sent and pulled to what the server holds, and name every difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from labeling.api import TASK, Server
from labeling.pull import Known
from labeling.server_project import ServerProject
from labeling.task_data import from_json
from workbench.domain.errors import LabelingError

_FIELDS = (*TASK, "annotations", "was_cancelled", "updated_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it should be, and what makes it right."""

    what: str
    server_id: int
    key: str | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The sums and the differences: all is right when ``sent == stored == labelled + open`` and nothing differs."""

    sent: int
    stored: int
    labelled: int
    open: int
    annotations_there: int
    annotations_here: int
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.differences and self.sent == self.stored == self.labelled + self.open


def reconcile_project(server: Server, there: ServerProject, known: Known) -> Reconciliation:
    """Compare every task and annotation on record with every one on the server."""
    tasks, annotations = known.tasks, known.annotations
    found: list[Difference] = []
    first_of: dict[str, int] = {}
    missing, not_here = dict(tasks), dict(annotations)
    stored = labelled = annotations_there = 0
    for page in server.tasks(there.server_id, fields=_FIELDS):
        for row in page:
            number, key = row["id"], _key(row, there)
            if key is None:
                found.append(_difference("foreign task", number, None, "not pushed from here: move or delete it there"))
                continue
            if number not in tasks:
                copy = f"a second copy of task {first_of[key]}" if key in first_of else "on nobody's record"
                found.append(_difference("unknown task", number, key, f"{copy}: push again to note it or take it away"))
                continue
            first_of[key] = number
            missing.pop(number, None)
            stored += 1
            given = [entry for entry in row["annotations"] if not entry["was_cancelled"]]
            labelled += bool(given)
            for entry in row["annotations"]:
                annotations_there += 1
                state = not_here.pop(entry["id"], None)
                if state is None:
                    found.append(_difference("annotation not pulled", entry["id"], key, "pull"))
                elif state[1] != datetime.fromisoformat(entry["updated_at"]):
                    found.append(_difference("annotation changed since", entry["id"], key, "pull"))
    for number, key in missing.items():
        found.append(_difference("task deleted there", number, key, "pull notes it; push --restore sends it again"))
    for number, (task_id, _) in not_here.items():
        found.append(_difference("annotation deleted there", number, tasks.get(task_id), "pull notes it"))
    return Reconciliation(
        sent=len(tasks), stored=stored, labelled=labelled, open=stored - labelled, differences=tuple(found),
        annotations_there=annotations_there, annotations_here=len(annotations),
    )  # fmt: skip


def _key(row: Mapping, there: ServerProject) -> str | None:
    try:
        return from_json(row["data"], project=there.project.name, layout=there.layout.name).task_key
    except LabelingError:
        return None


def _difference(what: str, number: int, key: str | None, words: str) -> Difference:
    return Difference(what=what, server_id=number, key=key, words=words)
