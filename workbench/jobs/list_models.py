"""Which models there are, and whether each can be used as it lies there."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline import registry
from pipeline.models.former import Former
from pipeline.models.load_model import WEIGHTS, load_model
from workbench.domain.errors import ModelError

SCHEMA = {
    "model": pl.String, "version": pl.Int64, "title": pl.String, "size_kb": pl.Float64, "sha256": pl.String,
    "can_be_trained": pl.Boolean, "former_versions": pl.Int64, "state": pl.String,
}  # fmt: skip


def list_models(folder: Path = WEIGHTS) -> pl.DataFrame:
    """One row a model, shipped or only trainable; ``state`` says what is wrong with one that cannot be loaded."""
    trainings = registry.names("training")
    shipped = {path.stem for suffix in ("json", "safetensors") for path in folder.glob(f"*.{suffix}")}
    rows = []
    for name in sorted(shipped | set(trainings)):
        row = dict.fromkeys(SCHEMA) | {
            "model": name, "can_be_trained": name in trainings, "former_versions": len(Former(name, folder).kept()),
        }  # fmt: skip
        if name not in shipped:
            row |= {"state": "not shipped: train and promote it", "title": registry.training(name).title}
        else:
            try:
                card = load_model(name, folder).card
                row |= {
                    "version": card.version, "title": card.title, "size_kb": card.size_bytes / 1000,
                    "sha256": card.sha256[:12], "state": "fine",
                }  # fmt: skip
            except ModelError as error:
                row["state"] = str(error)
        rows.append(row)
    return pl.DataFrame(rows, schema=SCHEMA)
