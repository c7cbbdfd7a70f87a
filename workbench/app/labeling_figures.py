"""The five figures of a project's labels: labelled, pace, agreement, known answers, disputes."""

from __future__ import annotations

import polars as pl
import streamlit as st

from workbench.app import data
from workbench.app.data import settings
from workbench.app.figure_card import Figure
from workbench.app.labeling_projects_panel import finish, per_day
from workbench.app.person import person_if_known, role
from workbench.charts.amounts import count, duration, percent
from workbench.jobs.label_agreement import EVERY_WORD, label_agreement
from workbench.jobs.labeler_figures import LabelerFigures, labeler_figures
from workbench.jobs.person_figures import LEAST_PEOPLE, Viewer
from workbench.lake.statements import statement

GOOD_ALPHA = 0.8


def labeling_figures(project: str, mine: pl.DataFrame) -> list[Figure]:
    """Figures of the chosen project."""
    simulated = bool(mine["simulated"].any())
    tasks, labelled = int(mine["tasks"].sum()), int(mine["labelled"].sum())
    pace = sum(per_day(row) or 0 for row in mine.to_dicts())
    agreed, people = agreement_rows(project), people_of(project)
    whole = next((row for row in agreed.to_dicts() if row["word"] == EVERY_WORD), None)
    consensus = data.rows("label_consensus", project=project)
    disputed = int(consensus["disputed"].sum()) if consensus.height else None
    hours = data.rows("label_hours", project=project)
    until = _until(mine)
    median = people.group["median_s"] if people.group else None
    return [
        Figure(key="labelled", label="Labelled", value=percent(labelled / tasks), simulated=simulated,
               note=f"{count(labelled)} of {count(tasks)} tasks", change=until,
               definition="Tasks with at least one answer that was not skipped, of all that were sent and not deleted.",
               sql=statement("label_progress"), rows=mine),
        Figure(key="pace", label="Items a day", value=count(pace) if pace else None, simulated=simulated,
               note=f"median {duration(median)} an answer" if median else "everybody together",
               change="on days somebody worked",
               spark=tuple(hours["items"].to_list()) if hours.height > 2 else (),
               definition="Items answered on days on which somebody worked, everybody together. What one person "
               f"does is theirs: the time an answer takes is shown from {LEAST_PEOPLE} labelers on.",
               sql=statement("label_hours"), rows=hours),
        Figure(key="alpha", label="Agreement", simulated=simulated,
               value=f"{whole['alpha']:.2f}" if whole and whole["alpha"] is not None else None,
               note=_interval(whole), target=f"{GOOD_ALPHA} for firm conclusions",
               definition="Krippendorff's alpha over items with at least two answers: 1 is agreement, 0 is chance. "
               "Drawn again by item for the 95% interval.", rows=agreed,
               n=count(whole["items"]) + " items" if whole else ""),
        Figure(key="known", label="Known answers", simulated=simulated,
               value=percent(people.gold["right"]) if people.gold else None,
               note=(f"{percent(people.gold['low'])} – {percent(people.gold['high'])}, n = {people.gold['answers']}"
                     if people.gold else "none were planted, or too few people answered them"),
               definition="Answers to planted items whose answer is known, that were right; 95% interval by Wilson. "
               f"Shown from {LEAST_PEOPLE} labelers on.", sql=statement("label_gold")),
        Figure(key="disputed", label="Disputed", value=count(disputed) if disputed is not None else None,
               note=f"of {count(consensus.height)} items" if consensus.height else "not counted yet: pull",
               change="less than 90% sure",
               simulated=simulated, sql=statement("label_consensus"), rows=consensus,
               definition="Items whose likeliest answer is less sure than 90%, by Dawid-Skene where items are shared."),
    ]  # fmt: skip


@st.cache_data(show_spinner="Drawing items again…", max_entries=16)
def _agreement(project: str, at: int) -> pl.DataFrame:
    return label_agreement(project, settings())


@st.cache_data(show_spinner=False, max_entries=32)
def _people(project: str, at: int, viewer: Viewer) -> LabelerFigures:
    return labeler_figures(project, settings(), viewer)


def _until(mine: pl.DataFrame) -> str:
    """When the last of its layouts will be done."""
    rows = mine.to_dicts()
    if all(row["labelled"] >= row["tasks"] for row in rows):
        return "done"
    ends = [finish(row) for row in rows if row["labelled"] < row["tasks"]]
    return f"done by {max(ends):%-d %b %Y}" if all(ends) else ""


def agreement_rows(project: str) -> pl.DataFrame:
    """Agreement by word, kept while the lake is unchanged."""
    return _agreement(project, data.snapshot())


def people_of(project: str) -> LabelerFigures:
    """Labelers' figures as far as whoever looks may see them."""
    found = person_if_known()
    return _people(project, data.snapshot(), Viewer(id=found.id if found else None, role=role()))


def _interval(whole: dict | None) -> str:
    if not whole or whole["alpha"] is None:
        return (whole or {}).get("reason") or "no item was answered twice"
    return f"{whole['low']:.2f} – {whole['high']:.2f}, {count(whole['items'])} items"
