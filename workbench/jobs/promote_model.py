"""Lets a newly trained model take the place of the one in use, if it is not worse."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline import registry
from pipeline.models.card import SIMULATED_LABELS, Card
from pipeline.models.compare_models import ALPHA, POWER, Comparison, Line, compare_models
from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.replace_model import replace_model


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What came of it. ``card`` is the one now in use, None when it was refused or only tried."""

    allowed: bool
    comparison: Comparison | None  # None: there was nothing to compare with
    card: Card | None
    reasons: tuple[str, ...]

    @property
    def frame(self) -> pl.DataFrame:
        """The comparison, one row a measure and category."""
        schema = {field.name: TYPES[field.type] for field in dataclasses.fields(Line)}
        lines = () if self.comparison is None else self.comparison.lines
        return pl.DataFrame([dataclasses.asdict(line) for line in lines], schema=schema)

    @property
    def table(self) -> pl.DataFrame:
        """What decides, in a terminal's 80 columns."""
        worse = pl.when(pl.col("p_worse").is_null()).then(pl.lit("too few")).when("worse").then(pl.lit("worse"))
        return self.frame.select(
            "category",
            pl.format("{} ({})", pl.col("measure").str.replace_all("_", " "), "better").alias("measure (better)"),
            pl.format("{} ({})", "n", "groups").alias("items (groups)"),
            pl.col("former").round(4).alias("in use"), pl.col("new").round(4),
            worse.otherwise(pl.lit("no")).alias("worse"), pl.col("p_worse").round_sig_figs(2).alias("p"),
            pl.col("detectable").round_sig_figs(2).alias("sees from"),
        )  # fmt: skip


TYPES = {
    "str": pl.String, "Better": pl.String, "int": pl.Int64, "float": pl.Float64, "float | None": pl.Float64,
    "bool": pl.Boolean,
}  # fmt: skip


def promote_model(name: str, candidate: Path, *, folder: Path = WEIGHTS, try_only: bool = False) -> Promotion:
    """Compare on the fixed test set, category by category; replace only when nothing is worse beyond noise.

    A model that learned from answers of simulated labelers is compared and refused: they would decide over real photos.

    Args:
        name: A model with a training.
        candidate: Folder with the new weights and their card.
        folder: Of the weights in use.
        try_only: Compare, but replace nothing.

    Raises:
        UsageError: No such training.
        ModelError: Either model cannot be used, or the two cannot be compared.
    """
    training = registry.training(name)
    new = load_model(name, candidate)
    comparison = None
    if (folder / f"{name}.json").exists() or (folder / f"{name}.safetensors").exists():
        standing = load_model(name, folder)
        if standing.sha256 == new.sha256 and standing.card.beside == new.card.beside:
            return Promotion(
                allowed=False, comparison=None, card=None, reasons=("these are the weights that are in use already",)
            )
        comparison = compare_models(training.evaluate(folder), training.evaluate(candidate))
    worse = () if comparison is None else comparison.worse
    against = (*_made_up(new.card), *(_why(line) for line in worse))
    card = None
    if not against and not try_only:
        card = replace_model(new, folder=folder)
    return Promotion(allowed=not against, comparison=comparison, card=card, reasons=against or _limits(comparison))


def _made_up(card: Card) -> tuple[str, ...]:
    number = card.facts.get(SIMULATED_LABELS, 0)
    return (f"it learned from {number} labels of simulated labelers",) if number else ()


def _why(line: Line) -> str:
    return (
        f"{line.measure} in {line.category} went from {line.former:.4f} to {line.new:.4f} ({line.better} is better): "
        f"worse beyond noise (p = {line.p_worse:.4f}, {line.n} items, {line.groups} groups)"
    )


def _limits(comparison: Comparison | None) -> tuple[str, ...]:
    """What the test set could not have shown."""
    if comparison is None:
        return ("there was no model of this name to compare with",)
    words = [f"not worse anywhere on {comparison.test_set} ({ALPHA:.0%} level over all rows, Holm)"]
    for line in comparison.lines:
        if line.p_worse is None:
            words.append(f"{line.measure} in {line.category}: {line.groups} groups are too few to judge")
        elif line.detectable is None:
            words.append(f"{line.measure} in {line.category}: the same on every item")
        else:
            words.append(
                f"{line.measure} in {line.category}: a loss below {line.detectable:.2g} would have gone unnoticed more "
                f"often than {1 - POWER:.0%} of the time"
            )
    return tuple(words)
