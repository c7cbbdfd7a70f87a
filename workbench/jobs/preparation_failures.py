"""Where the model that looks photos over goes wrong, on test photos it never learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.jobs.failure_sheet import failure_sheet
from workbench.jobs.sample_set import sample_manifest

if TYPE_CHECKING:
    import polars as pl

    from workbench.domain.curves import Reliability

EVERY = 3  # of the test photos: a third of them take seconds
SHOWN = 8  # pictures
HOME, AWAY = "inside a source", "on a source never learned from"


def garment_answers(every: int = EVERY) -> pl.DataFrame:
    """What is answered for garments of unseen senders, the surest first: photo, kind, said, sure, right."""
    import polars as pl

    from pipeline.models.load_model import load_model
    from pipeline.models.prepare_net import NAME, scores
    from pipeline.training.prepare_net_parts.measured import of_photos
    from pipeline.training.prepare_net_parts.photos import KINDS, photos

    asked = [
        one for one in photos(sample_manifest().parent) if one.source == "clothing" and one.split == "test" and one.kind
    ][::every]
    model = load_model(NAME)
    table = of_photos(asked, model.file_beside("onnx"), None, float("inf"), lambda _words: None)
    found = scores(model.arrays, table.seen, table.mirrored, table.looks)["garment"]
    return pl.DataFrame(
        {
            "photo": [str(one.path) for one in asked], "kind": [one.kind for one in asked],
            "said": [KINDS[k] for k in found.argmax(axis=1)], "sure": found.max(axis=1),
        }
    ).with_columns(right=pl.col("kind") == pl.col("said")).sort("sure", descending=True)  # fmt: skip


def garment_dots(answers: pl.DataFrame) -> pl.DataFrame:
    """Share of each kind that was named right, with its 95% interval, the best first; see `dots_chart`."""
    import polars as pl
    from statsmodels.stats.proportion import proportion_confint

    counts = answers.group_by("kind").agg(n=pl.len(), right=pl.col("right").sum())
    low, high = proportion_confint(counts["right"].to_numpy(), counts["n"].to_numpy(), method="wilson")
    return counts.select(
        "n", name="kind", value=pl.col("right") / pl.col("n"), low=pl.Series(low), high=pl.Series(high),
        of=pl.lit("named right"),
    ).sort("value", "name", descending=[True, False])  # fmt: skip


def garment_reliability(answers: pl.DataFrame) -> Reliability | None:
    """Doubt against how often it was wrong: is 20% doubt wrong two times in ten?"""
    from workbench.routing.curves import reliability

    return reliability(1.0 - answers["sure"].to_numpy(), ~answers["right"].to_numpy())


def garment_words(answers: pl.DataFrame) -> str:
    """The figures of this page in a sentence."""
    right, n = int(answers["right"].sum()), answers.height
    top = answers.head(round(0.6 * n))
    return (
        f"Test photos of unseen senders: **{right} of {n}** garments named right; of the surest 60% "
        f"**{int(top['right'].sum())} of {top.height}**. A third of the test set, drawn by counting; the whole of it, "
        "with intervals by sender, is in `tests/benchmarks/RESULTS.md`."
    )


def surest_mistakes(answers: pl.DataFrame) -> bytes:
    """The mistakes it was surest of, as a JPEG."""
    import numpy as np
    import polars as pl
    from PIL import Image

    rows = []
    for row in answers.filter(~pl.col("right")).head(SHOWN).iter_rows(named=True):
        with Image.open(row["photo"]) as photo:
            words = f"said {row['said']} {row['sure']:.2f}\nis {row['kind']}".replace("_", " ")
            rows.append((words, [np.asarray(photo.convert("RGB"))]))
    return failure_sheet(rows, across=4)


def flag_dots() -> pl.DataFrame:
    """AUROC of every flag, inside sources and on sources it never learned from, as its card has them."""
    import polars as pl

    from pipeline.models.load_model import load_model

    rows = []
    for one in load_model("prepare_net").card.figures:
        if one.measure == "auroc" and one.value is not None:
            away = one.test_set.startswith("all photos")
            rows.append({"name": one.category, "value": one.value, "low": one.low, "high": one.high, "n": one.n,
                         "of": AWAY if away else HOME})  # fmt: skip
    return pl.DataFrame(rows).sort("name", "of")


def told_words() -> str:
    """Which flags are told and which are withheld."""
    from pipeline.models.load_model import load_model

    facts = load_model("prepare_net").card.facts
    told = [name.replace("_", " ") for name in facts["shown"]]
    kept = [name.replace("_", " ") for name in facts["names"]["flags"] if name not in facts["shown"]]
    return (
        f"Told: **{', '.join(told)}**. Withheld, because nothing showed that they see the product: {', '.join(kept)}."
    )


def renders_are_made() -> str:
    """What a reader must know of the data, in a sentence."""
    root = sample_manifest().parent
    masks = len(list((root / "training" / "masks" / "test").glob("*.png")))
    renders = len(list((root / "training" / "prepare" / "renders").glob("*_03_*.webp")))
    return (
        f"Data: test photos that no model learned from. The {renders} rendered products are **simulated**: "
        f"computer-made, with exact mattes. The {masks} masks of real photos were outlined by an AI vision model; no "
        "person looked. "
        "Whether a result would come back is computed from its matte's error, no retoucher said so."
    )
