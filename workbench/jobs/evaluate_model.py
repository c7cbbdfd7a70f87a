"""Measures a model on its fixed test set, by category."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline import registry
from pipeline.evaluation.grouped_mean import grouped_mean
from pipeline.models.compare_models import ALL
from pipeline.models.load_model import WEIGHTS

SCHEMA = {
    "test_set": pl.String, "measure": pl.String, "category": pl.String, "n": pl.Int64, "groups": pl.Int64,
    "mean": pl.Float64, "low": pl.Float64, "high": pl.Float64,
}  # fmt: skip


def evaluate_model(name: str, folder: Path = WEIGHTS) -> pl.DataFrame:
    """Means by measure and category with 95% intervals over groups (an SKU, a photo, a render).

    Args:
        name: A model with a training, see ``workbench models list``.
        folder: Of its weights; default: those in use.

    Raises:
        UsageError: No such training.
        ModelError: The weights cannot be used.
    """
    found = registry.training(name).evaluate(folder)
    categories = sorted({row.category for row in found.rows})
    rows = []
    for measure in sorted({measure for row in found.rows for measure in row.measures}):
        for category in [ALL, *categories] if len(categories) > 1 else [ALL]:
            part = [row for row in found.rows if category in (ALL, row.category) and measure in row.measures]
            if not part:  # a measure that is not taken of this category at all, such as skin's overlap of a crop
                continue
            mean = grouped_mean([row.measures[measure] for row in part], [row.group for row in part])
            rows.append(
                {
                    "test_set": found.test_set, "measure": measure, "category": category, "n": mean.n,
                    "groups": len({row.group for row in part}), "mean": mean.mean, "low": mean.low, "high": mean.high,
                }
            )  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA)
