"""Puts a model in the place of the one in use, and keeps that one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from pipeline.models.card import Card
from pipeline.models.former import Former
from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.model import Model
from pipeline.models.save_model import save_model
from workbench.domain.errors import ModelError

MOST_BYTES = 40_000_000  # all weights together: the product stays small


def replace_model(model: Model, *, folder: Path = WEIGHTS) -> Card:
    """Make a model the one in use under the next free version; the former one is kept first.

    A process that is killed between the files leaves weights that do not fit their card: loading says so, and
    `restore_model` or another try puts it right.

    Returns:
        The card as it stands now.

    Raises:
        ModelError: All weights together would be larger than allowed.
    """
    former = Former(model.name, folder)
    with former.alone():
        others = sum(path.stat().st_size for path in folder.iterdir() if path.stem != model.name)
        beside = {file: (model.folder / file).read_bytes() for file in model.card.beside}
        size = model.card.size_bytes + sum(map(len, beside.values()))
        if others + size > MOST_BYTES:
            raise ModelError(
                f"all weights together would be {(others + size) / 1e6:.1f} MB", where=model.name,
                allowed=f"{MOST_BYTES / 1e6:.0f} MB",
            )  # fmt: skip
        version = 1
        if (folder / f"{model.name}.json").exists():
            standing = load_model(model.name, folder)
            version = 1 + max([standing.card.version, *former.versions()])
            former.keep(standing)
        card = dataclasses.replace(model.card, version=version)
        suffixes = {file.removeprefix(f"{model.name}."): content for file, content in beside.items()}
        save_model(folder, model.name, model.arrays, card, beside=suffixes)
        return load_model(model.name, folder).card
