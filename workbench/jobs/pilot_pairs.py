"""A pilot's blind test in Label Studio: its pairs go there once each, to as many judges as were registered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from labeling.pictures import Pictures
from labeling.project import LabelingProject, Layout, read_project
from labeling.push import Pushed
from workbench import lake
from workbench.domain.errors import UsageError
from workbench.domain.labels import LabelItem, LabelTask
from workbench.jobs.blind_test import Question, blind_plan, keep_pairs
from workbench.jobs.image_tasks import SHOWN_PX
from workbench.jobs.label_draw import Draw
from workbench.jobs.label_server import crops_folder
from workbench.jobs.pilot_folder import PilotFolder
from workbench.jobs.push_labels import PushReport, push_made_tasks
from workbench.lake import labels
from workbench.settings import Settings

PROJECT = "blind_ab"
DECK = "label_studio"  # everybody there sees the same pairs: the order and the sides are those of this one deck
SENT = "label_studio.json"  # in the pilot's folder: what stands on which side; the server is never told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judges:
    """Every pair goes to every judge that was registered."""

    judges: int

    def of(self, task: LabelTask) -> tuple[int, bool]:
        """How many labelers a task goes to, and that it is no gold."""
        return self.judges, False


def push_pilot_pairs(
    folder: PilotFolder, settings: Settings, *, restore: bool = False, say: Callable[[str], None] = lambda words: None,
    on_progress: Callable[[Pushed], None] = lambda done: None,
) -> PushReport:  # fmt: skip
    """Send the registered comparisons to the project ``blind_ab``; the same push again sends what is missing.

    Sides are noted here before the server hears of a pair: an answer without them would be lost. Pictures are named
    by the lake's secret, so that neither a task nor a picture's name says whose work it is. Where the pilot has a
    retoucher's work in it, the layout also asks which one a machine made.

    Args:
        folder: The pilot.
        settings: Workspace and server.
        restore: Also send again what was deleted on the server.
        say: Told when something is waited for.
        on_progress: Told after each chunk.

    Raises:
        PilotError: Nothing has been cut out yet.
        UsageError: No photo has two cutouts.
        LabelingError: The server refuses or stays away.
    """
    questions = blind_plan(folder, DECK)
    if not questions:
        raise UsageError("no photo was cut out by two of its engines", where=folder.path.name,
                         allowed=f"workbench pilot run {folder.path.name}")  # fmt: skip
    keep_pairs(folder)
    blind = folder.pilot().blind
    project = read_project(PROJECT)
    layout = project.layout("single" if blind.reference is None else "guess")
    sides = {pair_key(folder, question): _noted(question) for question in questions}
    folder.write(SENT, {**folder.read(SENT), **sides})
    with lake.open(settings) as store:
        draw = Draw(labels.seed(store))
    pictures = Pictures(crops_folder(settings), project.name)
    pictures.add_examples(project.folder)
    return push_made_tasks(
        project, layout, _tasks(folder, questions, project, layout, pictures, draw, settings), settings,
        restore=restore, plan=_Judges(judges=blind.judges), say=say, on_progress=on_progress,
    )  # fmt: skip


def pair_key(folder: PilotFolder, question: Question) -> str:
    """What names a comparison on the server; a pair that is shown again has another name there."""
    words = (folder.pilot().hash, question.pair, str(question.turn))
    return hashlib.sha256("\n".join(words).encode("ascii")).hexdigest()


def _noted(question: Question) -> dict[str, str | int]:
    return {
        "pair": question.pair, "turn": question.turn, "image_id": question.photo.image_id,
        "category": question.photo.category, "left": question.left, "right": question.right,
    }  # fmt: skip


def _tasks(
    folder: PilotFolder, questions: list[Question], project: LabelingProject, layout: Layout, pictures: Pictures,
    draw: Draw, settings: Settings,
) -> Iterator[LabelTask]:  # fmt: skip
    from pipeline.pilot_picture import pilot_pixels

    for question in questions:
        photo = question.photo
        data = {}
        for side, engine in (("left", question.left), ("right", question.right)):
            pixels = pilot_pixels(
                photo.path, str(folder.matte(engine, photo.image_id)), side_px=SHOWN_PX,
                pixel_limit=settings.pixel_limit, ground="grey", enlarge=False,
            )  # fmt: skip
            data[side] = pictures.add_picture(pixels, named=lambda content: draw.name("picture", content))
        item = LabelItem(
            item_key=pair_key(folder, question), image_hash=photo.photo_hash, sku=photo.sku, category=photo.category,
            source=photo.image_id,
        )  # fmt: skip
        yield LabelTask(project=project.name, layout=layout.name, items=(item,), data=data)
