"""From labels to a model, as a notebook tells it: simulated labelers on real crops, in a workspace of their own."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from labeling.datasets.frozen import Frozen
from pipeline.evaluation.grouped_interval import grouped_interval
from pipeline.evaluation.ranking import auroc
from pipeline.training.mole_hair_parts.figures import MOLE
from pipeline.training.mole_hair_parts.labelled import FOLDER, Labelled, labelled, read_crops, rows_of
from pipeline.training.mole_hair_parts.learners import rings
from workbench.jobs.label_consensus import label_consensus
from workbench.jobs.labeler_figures import LabelerFigures
from workbench.jobs.sample_set import sample_manifest
from workbench.jobs.simulate_labelers import PEOPLE, simulate_labelers
from workbench.settings import Settings, load

if TYPE_CHECKING:
    import polars as pl

ITEMS = 420
TILE_PX, ACROSS = 110, 8
MEASURED = {"AUROC, mole against the rest": "auroc", "right of three classes": "correct"}


def label_story() -> Settings:
    """Settings of a workspace with simulated labelers' answers, counted; made once, in seconds.

    It lies below the workspace that is asked for, so that made-up labels never stand beside anybody's own.
    """
    home = Path(os.environ.get("WORKBENCH_WORKSPACE") or sample_manifest().parents[1] / "build")
    settings = load({}, workspace=home / "label_story")
    simulate_labelers(settings, items=ITEMS)
    label_consensus("mole_hair", settings)
    return settings


def story_words() -> str:
    """What a reader must know of the data."""
    return (
        f"Data: {ITEMS} real crops of dermoscopy photos (ISIC Archive, CC0) and rendered beauty shots, as they were "
        f"labelled by a vision model. The {len(PEOPLE)} labelers are **simulated**: who errs, how often and how "
        "fast is assumed, and every figure about people below rests on that. The test photos are real."
    )


def people_words(found: LabelerFigures) -> str:
    """What may be said of labelers as a group."""
    group, gold = found.group, found.gold
    return (
        f"{group['labelers']} labelers: a median {group['median_s']:.1f} s an answer; kappa with the others "
        f"{group['kappa']:.2f}; planted known answers {gold['right']:.0%} right ({gold['low']:.0%} to "
        f"{gold['high']:.0%}, n = {gold['answers']}). In the last third of a session an answer takes "
        f"{group['faster']:.2f} times as long as in the first, and agreement changes by "
        f"{group['agreement'] * 100:+.1f} points."
    )


def agreement_dots(rows: pl.DataFrame) -> pl.DataFrame:
    """Agreement by class, as the dots chart takes it."""
    import polars as pl

    told = rows.filter(pl.col("alpha").is_not_null())
    return told.select(
        name="word", value="alpha", low="low", high="high", of=pl.lit("agreement"), n="items"
    )  # fmt: skip


def sure_dots(consensus: pl.DataFrame) -> pl.DataFrame:
    """How many items were answered how surely, by class."""
    import polars as pl

    rows = []
    for word, part in consensus.filter(pl.col("value").is_not_null()).group_by("value", maintain_order=True):
        sure = np.array([max(json.loads(one).values()) for one in part["posterior"]])
        low, high = np.percentile(sure, [5, 95])
        rows.append({"name": word[0], "value": float(sure.mean()), "low": float(low), "high": float(high),
                     "of": "mean posterior", "n": len(sure)})  # fmt: skip
    return pl.DataFrame(rows).sort("name")


def dataset_rows(frozen: Frozen) -> pl.DataFrame:
    """The card's counts: split, photos, and labels of each class."""
    import polars as pl

    card = frozen.card
    return pl.DataFrame(
        [{"split": split, "photos": card.sources[split], **counts} for split, counts in card.classes.items()]
    )


def measured_dots(frozen: Frozen) -> pl.DataFrame:
    """A model learned from the dataset beside one learned from the shipped labels, on the fixed test photos."""
    import polars as pl

    test, rows = labelled(("test",)), []
    for name, folder in (("shipped labels", FOLDER), (frozen.card.label, frozen.folder)):
        odds = rings(labelled(("train", "validation"), folder), 0)(test).odds
        rows += [
            {"name": title, "of": name, "n": len(test), **dict(zip(("value", "low", "high"), found, strict=True))}
            for title, measure in MEASURED.items()
            if (found := _measured(odds, test, measure))
        ]
    return pl.DataFrame(rows)


def suspect_dots(rows: pl.DataFrame) -> pl.DataFrame:
    """Doubted labels by what they say and would be: the mean margin, and from the fifth to the 95th percent."""
    import polars as pl

    return (
        rows.group_by(name=pl.col("given") + ", rather " + pl.col("suggested"))
        .agg(value=pl.col("margin").mean(), low=pl.col("margin").quantile(0.05), high=pl.col("margin").quantile(0.95),
             n=pl.len())
        .with_columns(of=pl.lit("margin")).sort("n", descending=True)
    )  # fmt: skip


def crop_sheet(item_keys: Sequence[str]) -> bytes:
    """Crops side by side as a JPEG, in the order given."""
    from PIL import Image

    rows = {row["crop_hash"]: row for row in rows_of()}
    found = read_crops([rows[key] for key in item_keys if key in rows])
    down = -(-len(found) // ACROSS)
    sheet = Image.new("RGB", (ACROSS * TILE_PX, down * TILE_PX), "white")
    for place, crop in enumerate(found.crops):
        tile = Image.fromarray(crop).resize((TILE_PX - 6, TILE_PX - 6))
        sheet.paste(tile, (place % ACROSS * TILE_PX + 3, place // ACROSS * TILE_PX + 3))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=85)
    return out.getvalue()


def next_dots(picks: pl.DataFrame) -> pl.DataFrame:
    """What each strategy chose: how sure the classifier in use is of it."""
    import polars as pl

    from pipeline.models.mole_hair_view import mole_hair_view
    from pipeline.training.mole_hair_parts.labelled import squares

    rows = {row["crop_hash"]: row for row in rows_of()}
    found = read_crops([rows[key] for key in picks["item_key"]])
    sure = mole_hair_view(squares(found.crops)).odds.max(axis=1)
    return (
        picks.with_columns(sure=pl.Series(sure)).group_by(name=pl.col("strategy"))
        .agg(value=pl.col("sure").mean(), low=pl.col("sure").quantile(0.1), high=pl.col("sure").quantile(0.9),
             n=pl.len())
        .with_columns(of=pl.lit("how sure the model is")).sort("value")
    )  # fmt: skip


def _measured(odds: np.ndarray, test: Labelled, measure: str) -> tuple[float | None, float | None, float | None]:
    mole, right = test.labels == MOLE, odds.argmax(axis=1) == test.labels
    if measure == "auroc":
        return grouped_interval(lambda weight: auroc(odds[:, MOLE], mole, weight), test.sources)
    return grouped_interval(
        lambda weight: float(np.average(right, weights=weight)) if weight.sum() else None, test.sources
    )
