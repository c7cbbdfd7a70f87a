"""Push a labeling project's tasks to the server, and note in the lake what it holds."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from labeling.pictures import Pictures
from labeling.project import LabelingProject, Layout, read_project
from labeling.push import CHUNK, Pushed, push_tasks
from labeling.server_project import ServerProject, open_project
from workbench import lake
from workbench.domain.errors import LabelingError, UsageError
from workbench.domain.labels import LabelTask
from workbench.jobs.ab_tasks import ab_tasks
from workbench.jobs.image_tasks import SHOWS, image_tasks
from workbench.jobs.label_draw import Draw
from workbench.jobs.label_plan import LabelPlan, PlanKeeper
from workbench.jobs.label_server import crops_folder, open_server, place_of
from workbench.jobs.label_tasks import candidate_tasks
from workbench.jobs.spot_tasks import spot_tasks
from workbench.lake import labels
from workbench.settings import Settings

Say = Callable[[str], None]
CANDIDATES_FILE = "labels.csv"  # what a folder of ready candidate crops has


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReport:
    """What a push did, and where labelers work."""

    pushed: Pushed
    there: ServerProject
    planned: int = 0  # tasks the server was told to give to several labelers, or that are gold


def push_labels(
    name: str, settings: Settings, *, source: str | None = None, layout: str = "single", limit: int | None = None,
    restore: bool = False, chunk: int = CHUNK, close_up: bool = False, overlap: float | None = None,
    labelers: int | None = None, gold: float | None = None, say: Say = lambda words: None,
    on_progress: Callable[[Pushed], None] = lambda done: None,
) -> PushReport:  # fmt: skip
    """Send what is not there yet; the same push again goes on where it stopped.

    Args:
        name: The labeling project.
        settings: Workspace and server.
        source: Folder, set, saved query or filters; mole_hair: the shipped crops when left out, others: the lake.
        layout: One at a time, or a sheet.
        limit: Only the first so many items; gold comes on top.
        restore: Also send again what was deleted on the server.
        chunk: Most tasks a request.
        close_up: Spots: all of a picture is skin.
        overlap: Share of tasks that go to several labelers; the project's own when left out.
        labelers: To how many; the project's own when left out.
        gold: Share of tasks whose answer is known; the project's own when left out.
        say: Told when something is waited for or left out.
        on_progress: Told after each chunk.

    Raises:
        UsageError: The project's tasks do not come from such a source.
        LabelingError: The server refuses or stays away, or another push of this project runs.
    """
    project = read_project(name)
    shown = project.layout(layout)
    given = {"overlap_share": overlap, "labelers": labelers, "gold_share": gold}
    quality = replace(project.quality, **{key: value for key, value in given.items() if value is not None})
    with lake.open(settings) as store:
        plan = LabelPlan(
            quality=quality, draw=Draw(labels.seed(store)), known=frozenset(labels.gold(store, name)["item_key"])
        )
    if quality.gold_share and not plan.known:
        allowed = f"`workbench label gold {name} FILE` first"
        raise UsageError("no known answers to plant", where="--gold", allowed=allowed)
    pictures = Pictures(crops_folder(settings), project.name)
    pictures.add_examples(project.folder)
    asked = {"source": source, "limit": limit, "plan": plan}
    tasks = _tasks(project, shown, pictures, settings, asked, close_up=close_up, say=say)
    return push_made_tasks(
        project, shown, tasks, settings, restore=restore, chunk=chunk, plan=plan, say=say, on_progress=on_progress
    )


def push_made_tasks(
    project: LabelingProject, layout: Layout, tasks: Iterable[LabelTask], settings: Settings, *, restore: bool = False,
    chunk: int = CHUNK, plan: LabelPlan | None = None, say: Say = lambda words: None,
    on_progress: Callable[[Pushed], None] = lambda done: None,
) -> PushReport:  # fmt: skip
    """Send tasks that were made elsewhere; their pictures lie in the folder the server may show."""
    folder = crops_folder(settings) / project.name
    folder.mkdir(parents=True, exist_ok=True)
    keeper = PlanKeeper(plan) if plan is not None else None
    with (
        _alone(place_of(settings).home / f"push_{project.name}_{layout.name}.lock", project.name),
        open_server(settings, say=say) as server,
        lake.open(settings) as store,
    ):
        there = open_project(server, project, layout, pictures=folder)
        noted = labels.sent_tasks(store, there.key).iter_rows(named=True)
        known = [(row["task_key"], row["task_id"]) for row in noted if not (restore and row["deleted"])]
        pushed = push_tasks(
            server, there, keeper.watch(tasks) if keeper else tasks, known=known, chunk=chunk,
            keep=lambda sent: labels.append_sent_tasks(store, sent), on_progress=on_progress,
        )  # fmt: skip
        planned = keeper.settle(server, there, store) if keeper else 0
    return PushReport(pushed=pushed, there=there, planned=planned)


def _tasks(
    project: LabelingProject, layout: Layout, pictures: Pictures, settings: Settings, asked: dict[str, Any], *,
    close_up: bool, say: Say,
) -> Iterator[LabelTask]:  # fmt: skip
    if project.name in SHOWS:
        return image_tasks(project, layout, pictures, settings, **asked, say=say)
    if project.name == "blind_ab":
        return ab_tasks(project, layout, pictures, settings, **asked)
    if project.name != "mole_hair":
        raise UsageError(f"no source of tasks for {project.name}", allowed=(*SHOWS, "blind_ab", "mole_hair"))
    source = asked.pop("source")
    if source is None:
        return candidate_tasks(project, layout, pictures, **asked)
    if (Path(source) / CANDIDATES_FILE).is_file():
        return candidate_tasks(project, layout, pictures, folder=Path(source), **asked)
    return spot_tasks(project, layout, pictures, settings, source=source, **asked, close_up=close_up, say=say)


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
