"""What a training is: one value at the end of its file that can make a model and measure one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

Better = Literal["higher", "lower"]
# of the measures that say how good one test item came out; others are shown but do not decide
BETTER: Mapping[str, Better] = {
    "iou": "higher", "boundary_f": "higher", "correct": "higher",
    "sad": "lower", "mse": "lower", "grad": "lower", "conn": "lower", "brier": "lower", "log_loss": "lower",
}  # fmt: skip


def _silent(_words: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRequest:
    """How one model shall be trained."""

    out: Path  # folder of the new weights and of what a later call resumes from
    seed: int = 0
    minutes: float | None = None  # stop (resumably) after about so long; None: to the end
    resume: bool = True
    say: Callable[[str], None] = _silent
    data: Path | None = None  # folder of a frozen dataset to learn from; None: the sample data


class Item(NamedTuple):
    """How one test item came out; items of one group (an SKU, a photo, a render) are not independent."""

    item: str
    category: str
    group: str
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A model on its fixed test set, item by item, so that two models can be compared pairwise.

    ``better`` names the measures that decide whether one model may replace another, each a mean over items.
    """

    name: str
    test_set: str
    rows: tuple[Item, ...]
    better: Mapping[str, Better] = field(default_factory=lambda: BETTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One model's training, at the end of ``pipeline/training/NAME.py``."""

    name: str
    title: str
    train: Callable[[TrainingRequest], Path]  # -> path of the weights; raises OutOfTime when the minutes are over
    evaluate: Callable[[Path], Evaluation]  # folder of NAME.safetensors and NAME.json -> figures on the test set
    takes_dataset: bool = False  # whether it can learn from a frozen dataset of labels
