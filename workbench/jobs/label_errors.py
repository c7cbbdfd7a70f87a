"""Which labels are probably wrong: each photo's crops are judged by somebody who learned from all other photos."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from labeling.datasets.frozen import open_dataset
from labeling.label_errors.confident_learning import LabelErrors, confident_learning
from pipeline.models.mole_hair import CLASSES
from pipeline.training.mole_hair_parts.labelled import FOLDER, Labelled, labelled
from pipeline.training.mole_hair_parts.learners import LEARNERS
from pipeline.training.mole_hair_parts.out_of_sample import out_of_sample
from workbench.domain.errors import LabelingError, UsageError, nearest_match
from workbench.jobs.freeze_dataset import PROJECT, datasets_home
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

SPLITS = ("train", "validation", "test")
DRAWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspects:
    """``rows`` come surest first: item_key, source, given, suggested, margin. ``expected`` of ``labels`` are wrong by
    the estimate, with a 95% interval from photos drawn again.
    """

    rows: pl.DataFrame
    labels: int
    photos: int
    expected: float
    low: float
    high: float
    of: str  # which labels

    @property
    def words(self) -> str:
        """What was found, in a sentence."""
        return (
            f"{self.rows.height} labels look wrong; about {self.expected:.0f} ({self.low:.0f} to {self.high:.0f}) of "
            f"{self.labels:,} from {self.photos} photos are expected to be"
        )


def label_errors(
    settings: Settings, *, project: str = PROJECT, dataset: str | None = None, folder: Path = FOLDER,
    learner: str = "rings", seed: int = 0,
) -> Suspects:  # fmt: skip
    """Look for labels that are probably wrong.

    Args:
        settings: Workspace.
        project: Whose labels.
        dataset: A frozen one, ``NAME@VERSION``; None: the labels of the folder.
        folder: Candidate crops with labels.
        learner: ``rings`` takes seconds, ``network`` minutes.
        seed: Which photos are held out together.

    Raises:
        UsageError: No such project, dataset or learner.
    """
    import polars as pl

    check_project(project)
    if learner not in LEARNERS:
        raise UsageError(f"no learner {learner!r}", allowed=LEARNERS, nearest=nearest_match(learner, LEARNERS))
    frozen = None if dataset is None else open_dataset(dataset, datasets_home(settings))
    data = labelled(SPLITS, folder if frozen is None else frozen.folder)
    odds = out_of_sample(data, LEARNERS[learner], seed=seed)
    found = confident_learning(data.labels, odds)
    low, high = _interval(data, odds, seed)
    rows = [
        {
            "item_key": str(data.names[one.place]), "source": str(data.sources[one.place]),
            "given": CLASSES[one.given], "suggested": CLASSES[one.suggested], "margin": one.margin,
        }
        for one in found.suspects
    ]  # fmt: skip
    schema = {"item_key": pl.String, "source": pl.String, "given": pl.String, "suggested": pl.String,
              "margin": pl.Float64}  # fmt: skip
    return Suspects(
        rows=pl.DataFrame(rows, schema=schema), labels=len(data), photos=len(set(data.sources)),
        expected=found.expected, low=low, high=high, of=frozen.card.label if frozen else str(folder.name),
    )  # fmt: skip


def check_project(project: str) -> None:
    """Only crops have a model that can be asked, so far.

    Raises:
        UsageError: Another project.
    """
    if project != PROJECT:
        raise UsageError(f"{project} has no model that could be asked", allowed=[PROJECT])


def _interval(data: Labelled, odds: np.ndarray, seed: int) -> tuple[float, float]:
    photos = np.unique(data.sources)
    places = {photo: np.flatnonzero(data.sources == photo) for photo in photos}
    rng, found = np.random.default_rng(seed), []
    for _ in range(DRAWS):
        chosen = np.concatenate([places[photo] for photo in rng.choice(photos, len(photos))])
        try:
            drawn: LabelErrors = confident_learning(data.labels[chosen], odds[chosen])
        except LabelingError:  # a draw without one of the classes
            continue
        found.append(drawn.expected * len(data) / len(chosen))
    low, high = np.percentile(found, [2.5, 97.5]) if found else (float("nan"), float("nan"))
    return float(low), float(high)
