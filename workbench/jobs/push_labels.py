"""Push a labeling project's tasks to the server, and note in the lake what it holds."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labeling.pictures import Pictures
from labeling.project import LabelingProject, Layout, read_project
from labeling.push import CHUNK, Pushed, push_tasks
from labeling.server_project import ServerProject, open_project
from workbench import lake
from workbench.domain.errors import LabelingError, UsageError
from workbench.domain.labels import LabelTask
from workbench.jobs.label_server import crops_folder, open_server, place_of
from workbench.jobs.label_tasks import candidate_tasks
from workbench.lake import labels
from workbench.settings import Settings

Say = Callable[[str], None]
SOURCES = {"mole_hair": "the candidate crops of sample_data/training/mole_hair, or a folder laid out like it"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReport:
    """What a push did, and where labelers work."""

    pushed: Pushed
    there: ServerProject


def push_labels(
    name: str, settings: Settings, *, source: str | None = None, layout: str = "single", limit: int | None = None,
    restore: bool = False, chunk: int = CHUNK, say: Say = lambda words: None,
    on_progress: Callable[[Pushed], None] = lambda done: None,
) -> PushReport:  # fmt: skip
    """Send what is not there yet; the same push again goes on where it stopped.

    Args:
        name: The labeling project.
        settings: Workspace and server.
        source: Folder of candidate crops; the shipped ones when left out.
        layout: One at a time, or a sheet.
        limit: Only the first so many items.
        restore: Also send again what was deleted on the server.
        chunk: Tasks a request.
        say: Told when something is waited for.
        on_progress: Told after each chunk.

    Raises:
        UsageError: The project's tasks do not come from such a source.
        LabelingError: The server refuses or stays away, or another push of this project runs.
    """
    project = read_project(name)
    shown = project.layout(layout)
    pictures = Pictures(crops_folder(settings), project.name)
    pictures.add_examples(project.folder)
    tasks = _tasks(project, shown, pictures, source=source, limit=limit)
    return push_made_tasks(
        project, shown, tasks, settings, restore=restore, chunk=chunk, say=say, on_progress=on_progress
    )


def push_made_tasks(
    project: LabelingProject, layout: Layout, tasks: Iterable[LabelTask], settings: Settings, *, restore: bool = False,
    chunk: int = CHUNK, say: Say = lambda words: None, on_progress: Callable[[Pushed], None] = lambda done: None,
) -> PushReport:  # fmt: skip
    """Send tasks that were made elsewhere; their pictures lie in the folder the server may show."""
    folder = crops_folder(settings) / project.name
    folder.mkdir(parents=True, exist_ok=True)
    with (
        _alone(place_of(settings).home / f"push_{project.name}_{layout.name}.lock", project.name),
        open_server(settings, say=say) as server,
        lake.open(settings) as store,
    ):
        there = open_project(server, project, layout, pictures=folder)
        noted = labels.sent_tasks(store, there.key).iter_rows(named=True)
        known = [(row["task_key"], row["task_id"]) for row in noted if not (restore and row["deleted"])]
        pushed = push_tasks(
            server, there, tasks, known=known, keep=lambda sent: labels.append_sent_tasks(store, sent),
            on_progress=on_progress, chunk=chunk,
        )  # fmt: skip
    return PushReport(pushed=pushed, there=there)


def _tasks(
    project: LabelingProject, layout: Layout, pictures: Pictures, *, source: str | None, limit: int | None
) -> Iterator[LabelTask]:
    if project.name not in SOURCES:
        raise UsageError(f"no source of tasks for {project.name} yet", where="--from", allowed=SOURCES)
    if source is None:
        return candidate_tasks(project, layout, pictures, limit=limit)
    folder = Path(source)
    if not (folder / "labels.csv").is_file():
        raise UsageError(f"{source} has no labels.csv", where="--from", allowed=SOURCES[project.name])
    return candidate_tasks(project, layout, pictures, folder=folder, limit=limit)


@contextmanager
def _alone(file: Path, name: str) -> Iterator[None]:
    """One push of a project at a time: two at once could send the same task before either has noted it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "w", encoding="ascii") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LabelingError(
                f"another push of {name} is running", where=str(file), allowed="one at a time"
            ) from error
        yield
