"""The classifier in use beside the one trained in this workspace, by what their cards say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.models.card import SIMULATED_LABELS, Card
from pipeline.models.load_model import WEIGHTS, load_model
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

IN_USE, TRAINED = "in use", "trained here"
MEASURES = ("auroc", "correct")


def label_models(name: str, settings: Settings, *, weights: Path = WEIGHTS) -> pl.DataFrame:
    """A row a model: which, what it learned from, AUROC and share right on the fixed test set with 95% intervals.

    Args:
        name: Of the model, as its labeling project is called.
        settings: Workspace; what was trained elsewhere (``--out``) is not looked for.
        weights: Folder of the weights in use.

    Raises:
        ModelError: One of them cannot be read.
    """
    import polars as pl

    found = list(_rows(name, ((IN_USE, weights), (TRAINED, settings.workspace / "models" / name))))
    numbers = {f"{measure}{end}": pl.Float64 for measure in MEASURES for end in ("", "_low", "_high")}
    schema = {"which": pl.String, "model": pl.String, "learned_from": pl.String, "simulated_labels": pl.Int64}
    return pl.DataFrame(found, schema=schema | numbers | {"n": pl.Int64, "folder": pl.String})


def _rows(name: str, places: tuple[tuple[str, Path], ...]) -> Iterator[dict[str, Any]]:
    for which, folder in places:
        if not (folder / f"{name}.json").is_file():
            continue
        card = load_model(name, folder).card
        told = {"which": which, "model": card.label if which == IN_USE else name, "folder": str(folder),
                "learned_from": card.facts.get("dataset", "sample data"),
                "simulated_labels": card.facts.get(SIMULATED_LABELS, 0), "n": None}  # fmt: skip
        for measure in MEASURES:
            told |= _figure(card, measure)
        yield told


def _figure(card: Card, measure: str) -> dict[str, Any]:
    one = next((one for one in card.figures if one.category is None and one.measure == measure), None)
    if one is None:
        return {}
    return {measure: one.value, f"{measure}_low": one.low, f"{measure}_high": one.high, "n": one.n}
