"""Models that were in use before: kept whole, so that a promotion can be undone."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.models.load_model import load_model
from pipeline.models.model import Model


class Former:
    """Former versions of one model, beside the folder of the weights in use.

    Args:
        name: Of the model.
        weights: Folder of the weights in use.
    """

    def __init__(self, name: str, weights: Path) -> None:
        self.name, self.weights = name, Path(weights)
        self.folder = self.weights.parent / "former" / name

    def kept(self) -> list[Path]:
        """Folders of former versions, the last one kept first."""
        return sorted((path for path in self.folder.glob("[0-9]*") if path.is_dir()), reverse=True)

    def keep(self, model: Model) -> Path:
        """Copy the model in use here; whole or not at all."""
        number = 1 + max((int(path.name.split("-")[0]) for path in self.kept()), default=0)
        target = self.folder / f"{number:04d}-v{model.card.version}-{model.sha256[:8]}"
        half = self.folder / f".half-{os.getpid()}"
        half.mkdir(parents=True)
        try:
            for file in (f"{self.name}.safetensors", f"{self.name}.json", *model.card.beside):
                shutil.copy2(model.folder / file, half / file)
            os.replace(half, target)
        finally:
            shutil.rmtree(half, ignore_errors=True)
        return target

    def versions(self) -> list[int]:
        """Version numbers that were given away."""
        return [load_model(self.name, path).card.version for path in self.kept()]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other process replaces weights meanwhile."""
        handle = os.open(self.weights, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
