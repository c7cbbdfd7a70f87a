"""Labelers that never were, on crops that are real: so that pages, notebooks and tests have answers to show.

Assumed is who errs and how: the constants below. What they err from are the shipped labels. All of it stands under one
key of its own, and what shows it says that it is simulated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from labeling.project import read_project
from pipeline.training.mole_hair_parts.labelled import FOLDER, rows_of
from workbench import lake
from workbench.domain.labels import Annotation, Answer, LabelItem, LabelTask, PulledPage, SentTask
from workbench.jobs.freeze_dataset import PROJECT, QUESTION
from workbench.lake import labels
from workbench.settings import Settings

# name -> how often right, what is said instead of a class (else any other word), seconds an answer takes
PEOPLE = {
    "ann@simulated": (0.96, {}, 2.4), "bo@simulated": (0.93, {}, 1.9), "cy@simulated": (0.90, {}, 3.1),
    "dee@simulated": (0.91, {"hair": "mole"}, 2.2), "eli@simulated": (0.88, {}, 1.5),
}  # fmt: skip
LEANS = 0.45  # how often one who confuses a class says the other word for it
TIRED, TIRED_FASTER = 0.04, 0.8  # share of errors that comes on top in a session's last third, and their time
SESSION, PER_DAY = 120, 2
OVERLAP, GOLD = 0.6, 60  # share of items that three people answer; items whose answer is known


def simulate_labelers(settings: Settings, *, items: int = 600, seed: int = 1) -> int:
    """Add tasks, answers and known answers for the first ``items`` shipped crops by photo; how many answers.

    The same call again adds nothing.
    """
    rng = np.random.default_rng(seed)
    words = read_project(PROJECT).layout().questions[QUESTION].words
    rows = sorted((row for row in rows_of(FOLDER) if row["label"] in words), key=lambda row: row["crop_hash"])[:items]
    began = datetime(2026, 11, 2, 8, tzinfo=UTC)
    with lake.open(settings) as store:
        sent = [_sent(number, row, began) for number, row in enumerate(rows, start=1)]
        labels.append_sent_tasks(store, sent)
        known = [(row["crop_hash"], QUESTION, row["label"]) for row in rows[:GOLD]]
        labels.append_gold(store, PROJECT, known, why="simulated: the shipped label")
        given = list(_answers(rows, sent, words, began, rng))
        labels.append_pulled(store, PulledPage(annotations=tuple(given)))
        labels.append_pull(
            store, labels.SIMULATED_KEY, until=began + timedelta(days=30), everything=True, annotations=len(given),
            refused=0, deleted=0,
        )  # fmt: skip
    return len(given)


def _sent(number: int, row: dict[str, str], at: datetime) -> SentTask:
    item = LabelItem(
        item_key=row["crop_hash"], image_hash=row["crop_hash"], category="hair_beauty", source=row["source"],
        box=tuple(float(row[name]) for name in ("left", "top", "width", "height")),
    )  # fmt: skip
    picture = f"/data/local-files/?d={PROJECT}/{row['crop_hash'][:2]}/{row['crop_hash']}.webp"
    task = LabelTask(project=PROJECT, layout="single", items=(item,), data={"picture": picture})
    return SentTask(project_key=labels.SIMULATED_KEY, task_id=number, task=task, sent_at=at)


def _answers(
    rows: list[dict[str, str]], sent: list[SentTask], words: tuple[str, ...], began: datetime, rng: np.random.Generator
) -> Iterator[Annotation]:
    done = dict.fromkeys(PEOPLE, 0)
    number = 0
    for place, (row, one) in enumerate(zip(rows, sent, strict=True)):
        crowd = 3 if place < GOLD or rng.random() < OVERLAP else 1
        for name in map(str, rng.choice(list(PEOPLE), crowd, replace=False)):
            number += 1
            right, instead, seconds = PEOPLE[name]
            session, step = divmod(done[name], SESSION)
            done[name] += 1
            tired = step >= 2 * SESSION // 3
            at = began + timedelta(
                days=session // PER_DAY,
                hours=5 * (session % PER_DAY),
                seconds=step * 4.0 + 600 * list(PEOPLE).index(name),
            )
            value = _said(row["label"], words, right - TIRED * tired, instead, rng)
            took = float(rng.lognormal(np.log(seconds * (TIRED_FASTER if tired else 1.0)), 0.45))
            answer = Answer(item_key=row["crop_hash"], question=QUESTION, value=value)
            yield Annotation(
                project_key=labels.SIMULATED_KEY, annotation_id=number, task_id=one.task_id, task_key=one.task.task_key,
                annotator=name, created_at=at, updated_at=at, lead_time_s=took, answers=(answer,),
                result=json.dumps([{"type": "choices", "value": {"choices": [value]}}]),
            )  # fmt: skip


def _said(truth: str, words: tuple[str, ...], right: float, instead: dict[str, str], rng: np.random.Generator) -> str:
    if truth in instead and rng.random() < LEANS:
        return instead[truth]
    if rng.random() < right:
        return truth
    return str(rng.choice([word for word in words if word != truth]))
