"""Trains a model into a folder of the workspace; what is shipped stays as it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from labeling.datasets.frozen import open_dataset
from pipeline import registry
from pipeline.models.load_model import load_model
from pipeline.models.save_model import save_model
from pipeline.models.time_spent import TimeSpent
from pipeline.training.training import TrainingRequest
from workbench.domain.errors import UsageError
from workbench.jobs.freeze_dataset import datasets_home
from workbench.settings import Settings


def train_model(
    name: str, settings: Settings, *, out: Path | None = None, seed: int = 0, minutes: float | None = None,
    resume: bool = True, dataset: str | None = None, say: Callable[[str], None],
) -> Path:  # fmt: skip
    """Train, resuming what an earlier call began.

    Args:
        name: A model with a training.
        settings: Where the workspace is.
        out: Folder of the new weights; default: ``models/NAME`` in the workspace.
        seed: Same seed, same data, same machine: the same figures within noise.
        minutes: Stop, resumably, after about so long.
        resume: False begins anew.
        dataset: A frozen dataset to learn from, ``NAME@VERSION``; None: the sample data.
        say: Told how it goes.

    Returns:
        The folder with the weights and their card.

    Raises:
        UsageError: No such training or dataset, or the model does not learn from datasets of labels.
        OutOfTime: The minutes are over; the same call goes on.
        LabelingError: The dataset was changed since it was frozen.
    """
    training = registry.training(name)
    frozen = None if dataset is None else open_dataset(dataset, datasets_home(settings))
    if frozen is not None and (not training.takes_dataset or frozen.card.project != name):
        raise UsageError(
            f"{name} cannot learn from {frozen.card.label}, labels of {frozen.card.project}", where="--dataset",
            allowed=[one for one in registry.names("training") if registry.training(one).takes_dataset],
        )  # fmt: skip
    folder = out or settings.workspace / "models" / name
    folder.mkdir(parents=True, exist_ok=True)
    data = None if frozen is None else frozen.folder
    request = TrainingRequest(out=folder, seed=seed, minutes=minutes, resume=resume, say=say, data=data)
    spent = TimeSpent(folder)
    if not resume:
        spent.forget()
    with spent.counted():
        done = Path(training.train(request)).parent
    model = load_model(name, done)
    beside = {file.removeprefix(f"{name}."): (done / file).read_bytes() for file in model.card.beside}
    save_model(done, name, model.arrays, dataclasses.replace(model.card, took=spent.words), beside=beside)
    return done
