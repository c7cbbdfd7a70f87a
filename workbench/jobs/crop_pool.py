"""The candidate crops nobody has labelled, with what the classifier in use makes of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from labeling.sampling.pool import Pool
from pipeline.models.mole_hair import CLASSES
from pipeline.models.mole_hair_view import mole_hair_view
from pipeline.training.mole_hair_parts.labelled import FOLDER, read_crops, rows_of, squares
from workbench import lake
from workbench.domain.errors import UsageError
from workbench.jobs.freeze_dataset import PROJECT, QUESTION
from workbench.lake import labels
from workbench.settings import Settings

ENOUGH = 20  # answers about a category before its rate of failure is believed


def crop_pool(settings: Settings, *, folder: Path = FOLDER) -> Pool:
    """What can be labelled next: crops of the folder that were neither sent nor answered.

    A category is a kind of photo and what the classifier calls the crop; it fails where labelers said otherwise.

    Raises:
        UsageError: Everything was sent already.
    """
    with lake.open(settings) as store:
        sent = set(store.query("label_items", {"project": PROJECT})["item_key"])
        said = labels.answers(store, PROJECT)
    answers = {row["item_key"]: row["value"] for row in said.to_dicts() if row["question"] == QUESTION}
    rows = rows_of(folder)
    waiting = [row for row in rows if row["crop_hash"] not in sent and row["crop_hash"] not in answers]
    if not waiting:
        raise UsageError(
            f"every one of {len(rows)} candidates was sent already", where=str(folder),
            allowed="another folder of candidates, --from DIR",
        )  # fmt: skip
    known = [row for row in rows if row["crop_hash"] in answers]
    data, judged = read_crops(waiting, folder), read_crops(known, folder)
    view = mole_hair_view(squares(data.crops))
    seen = mole_hair_view(squares(judged.crops)) if known else None
    failed: dict[str, Counter[bool]] = {}
    if seen is not None:
        for row, called in zip(known, _called(seen.odds, judged.kinds), strict=True):
            wrong = answers[row["crop_hash"]] != called.rpartition(" called ")[2]
            failed.setdefault(called, Counter())[wrong] += 1
    return Pool(
        keys=tuple(str(name) for name in data.names), odds=view.odds, votes=view.votes, embedding=view.embedding,
        labelled=None if seen is None else seen.embedding, categories=tuple(_called(view.odds, data.kinds)),
        failures={name: n[True] / n.total() for name, n in failed.items() if n.total() >= ENOUGH},
    )  # fmt: skip


def _called(odds: np.ndarray, kinds: np.ndarray) -> list[str]:
    return [f"{kind} called {CLASSES[int(row.argmax())]}" for kind, row in zip(kinds, odds, strict=True)]
