"""Trains a model into a folder of the workspace; what is shipped stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline import registry
from pipeline.training.training import TrainingRequest
from workbench.settings import Settings


def train_model(
    name: str, settings: Settings, *, out: Path | None = None, seed: int = 0, minutes: float | None = None,
    resume: bool = True, say: Callable[[str], None],
) -> Path:  # fmt: skip
    """Train, resuming what an earlier call began.

    Args:
        name: A model with a training.
        settings: Where the workspace is.
        out: Folder of the new weights; default: ``models/NAME`` in the workspace.
        seed: Same seed, same data, same machine: the same figures within noise.
        minutes: Stop, resumably, after about so long.
        resume: False begins anew.
        say: Told how it goes.

    Returns:
        The folder with the weights and their card.

    Raises:
        UsageError: No such training.
    """
    training = registry.training(name)
    folder = out or settings.workspace / "models" / name
    folder.mkdir(parents=True, exist_ok=True)
    request = TrainingRequest(out=folder, seed=seed, minutes=minutes, resume=resume, say=say)
    return Path(training.train(request)).parent
