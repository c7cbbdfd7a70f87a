"""A pilot of four engines on some sample photos, for a notebook: really run, in a minute or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from workbench.charts.amounts import percent, plural
from workbench.jobs.pilot_answer import Answer
from workbench.jobs.pilot_answers import pilot_answers
from workbench.jobs.pilot_burst import bursts_of
from workbench.jobs.pilot_figures import ALL, PilotFigures, pilot_figures
from workbench.jobs.pilot_folder import PilotFolder, pilots_folder
from workbench.jobs.pilot_new import new_pilot, plan_pilot
from workbench.jobs.pilot_run import run_pilot
from workbench.jobs.sample_set import sample_manifest
from workbench.settings import Settings, load

NAME = "story"
ENGINES = ("classical", "subject_net", "combined", "grabcut")
HOME = "build/pilot"  # below the project; not kept under version control


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotStory:
    """The pilot, its figures and its answers."""

    folder: PilotFolder
    settings: Settings
    figures: PilotFigures
    answers: tuple[Answer, ...]


def pilot_story(per_category: int = 1) -> PilotStory:
    """Run the pilot where it has not been run, and read what it found.

    Args:
        per_category: Photos of each category.
    """
    settings = load(workspace=sample_manifest().parents[1] / HOME)
    folder = PilotFolder(pilots_folder(settings) / NAME)
    if not folder.file.exists():
        new_pilot(
            NAME, question="Which engine shall cut out next season?", source=str(sample_manifest()), engines=ENGINES,
            measure="iou", margin=0.01, per_category=per_category, budget_eur=0.0, settings=settings,
        )  # fmt: skip
    run_pilot(folder, settings)
    figures = pilot_figures(folder, settings)
    return PilotStory(
        folder=folder, settings=settings, figures=figures, answers=pilot_answers(figures, bursts_of(folder))
    )


def drawn_words(story: PilotStory) -> str:
    """What was drawn, and what so few photos can show."""
    plan = plan_pilot(story.folder, story.settings)
    return (
        f"Data: {plural(len(plan.photos), 'sample photo')} of {len(plan.available)} categories, {plan.with_truth} with "
        f"a true matte, really cut out on this machine by {len(ENGINES)} engines. Nothing here is simulated. To show "
        f"that an engine is no more than {plan.pilot.margin:g} worse takes about {plan.needed_for_margin} photos."
    )


def said_words(answer: Answer) -> str:
    """What may be said, and what is not shown, as a list."""
    return "\n".join([*(f"- {line}" for line in answer.said), "", f"*Not shown:* {answer.not_shown}"])


def measure_dots(figures: PilotFigures, measure: str, *, by_category: bool = False) -> pl.DataFrame:
    """A measure as dots: an engine a line, or a category a line with its engines."""
    rows = figures.measures.filter((pl.col("measure") == measure) & pl.col("mean").is_not_null())
    if by_category:
        rows = rows.filter(pl.col("category") != ALL).with_columns(name="category", of="engine")
    else:
        rows = rows.filter(category=ALL).with_columns(name="engine", of=pl.lit("mean"))
    return rows.select("name", pl.col("mean").alias("value"), "low", "high", "of", "n")


def difference_dots(figures: PilotFigures) -> pl.DataFrame:
    """Differences to the baseline over all photos."""
    told = [one for one in figures.compared if one.category == ALL]
    return pl.DataFrame(
        [{"name": one.engine, "difference": one.difference.mean, "low": one.difference.low,
          "high": one.difference.high, "n": one.difference.n} for one in told]
    )  # fmt: skip


def agreement_dots(figures: PilotFigures) -> pl.DataFrame:
    """How far engines agree, pair by pair."""
    pair = pl.concat_str("one", pl.lit(" and "), "other").alias("name")
    return figures.agreement.select(
        pair, pl.col("iou").alias("value"), *(pl.lit(None, pl.Float64).alias(end) for end in ("low", "high")),
        pl.lit("shared area").alias("of"), pl.col("photos").alias("n"),
    )  # fmt: skip


def report_words(path: Path, sent_back: Sequence[float]) -> str:
    """That the report is there, and what the best and the worst engine leave to do."""
    return (
        f"`{path.name}` holds all of this in one file ({path.stat().st_size / 1e6:.1f} MB). Of the engines' cutouts, "
        f"{percent(min(sent_back))} to {percent(max(sent_back))} would be sent back."
    )
