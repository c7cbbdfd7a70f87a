"""Takes a promotion back."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.models.card import Card
from pipeline.models.former import Former
from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.save_model import save_model
from workbench.domain.errors import ModelError


def restore_model(name: str, *, version: int | None = None, folder: Path = WEIGHTS) -> Card:
    """Put a former version back in use; the one it replaces is kept in turn, so that nothing is lost.

    Args:
        name: Of the model.
        version: Which one; default: the one that was in use last.
        folder: Of the weights in use.

    Raises:
        ModelError: There is no former version, or not that one.
    """
    former = Former(name, folder)
    with former.alone():
        kept = {path: load_model(name, path) for path in former.kept()}
        found = [path for path, model in kept.items() if version in (None, model.card.version)]
        if not found:
            wanted = "no former version" if version is None else f"no former version {version}"
            raise ModelError(
                f"there is {wanted}", where=name, allowed=[str(model.card.version) for model in kept.values()] or None
            )
        model = kept[found[0]]
        try:
            former.keep(load_model(name, folder))
        except ModelError:  # what stands there is broken: that is what restoring is for
            load_model.cache_clear()
        beside = {file.removeprefix(f"{name}."): (model.folder / file).read_bytes() for file in model.card.beside}
        save_model(folder, name, model.arrays, model.card, beside=beside)
        shutil.rmtree(found[0])
        return load_model(name, folder).card
