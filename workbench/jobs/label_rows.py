"""What labelers of one project answered, a typed row a judgement, as it is analysed further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench import lake
from workbench.lake import labels
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

_WHO = ("item_key", "annotator", "updated_at", "lead_time_s", "annotation_id")


def label_rows(project: str, settings: Settings) -> pl.DataFrame:
    """One row a judgement.

    - ``shot_type``: category, shot, flags.
    - ``failure_mode``: a row a box: failure, severity, left, top, width, height in px of the cutout shown; a cutout
      with nothing wrong has one row without a failure.
    - ``blind_ab``: state in words, better (left, same, right), which result won and lost, with engine, version and
      spec; a pair nobody voted on has one row, and a pilot keeps its own names until the last vote is in.
    - ``cutout_mask``: the masks' files.
    - others: a row an answer.
    """
    with lake.open(settings, read_only=True) as store:
        if project == "cutout_mask":
            return labels.masks(store, project)
        answers = labels.answers(store, project)
        if project == "blind_ab":
            return _duels(answers, labels.sides(store), store.query("label_items", {"project": project}))
    if project == "shot_type":
        return _shots(answers)
    if project == "failure_mode":
        return _failures(answers)
    return answers


def _shots(answers: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    def said(question: str) -> pl.Expr:
        return pl.col("value").filter(pl.col("question") == question)

    return answers.group_by(_WHO, maintain_order=True).agg(
        said("category").first().alias("category"), said("shot").first().alias("shot"), said("flags").alias("flags")
    )


def _failures(answers: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    def said(question: str) -> pl.Expr:
        return pl.col("value").filter(pl.col("question") == question).first()

    region = pl.col("region").drop_nulls().first()
    sides = [region.list.get(place).alias(name) for place, name in enumerate(("left", "top", "width", "height"))]
    found = answers.group_by([*_WHO, "region_id"], maintain_order=True).agg(
        said("failure").alias("failure"), said("severity").alias("severity"), said("overall").alias("overall"), *sides
    )
    return found.filter(pl.col("failure").is_not_null() | pl.col("overall").is_not_null())


def _duels(answers: pl.DataFrame, sides: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    said = answers.filter(pl.col("question") == "better").select(*_WHO, pl.col("value").alias("better"))
    both = items.select("item_key").join(said, on="item_key", how="left").join(sides, on="item_key", how="left")
    won = pl.col("better") == "left"
    decided = pl.col("better") != "same"
    state = (
        pl.when(pl.col("better").is_null()).then(pl.lit("no vote yet"))
        .when(pl.col("left_result_id").is_null()).then(pl.lit("in a pilot, which names the winner"))
        .when(decided).then(pl.lit("decided")).otherwise(pl.lit("no difference"))
    )  # fmt: skip
    columns = [state.alias("state")]
    for name in ("result_id", "engine", "version", "spec"):
        left, right = pl.col(f"left_{name}"), pl.col(f"right_{name}")
        columns.append(pl.when(decided).then(pl.when(won).then(left).otherwise(right)).alias(f"winner_{name}"))
        columns.append(pl.when(decided).then(pl.when(won).then(right).otherwise(left)).alias(f"loser_{name}"))
    found = both.with_columns(columns)
    return found.select("item_key", "state", "better", pl.exclude("item_key", "state", "better"))
