"""A pilot's figures as tables, as page, report, command and CSV show them."""

from __future__ import annotations

import polars as pl

from workbench.jobs.pilot_figures import PilotFigures
from workbench.vendors.terms import QUESTIONS

FILE = "the engine's file"


def compared_frame(found: PilotFigures) -> pl.DataFrame:
    """Engine against baseline: difference with 95% interval, p after correction, and what may be said."""
    shape = {
        "category": pl.String, "engine": pl.String, "photos": pl.Int64, "skus": pl.Int64, "difference": pl.Float64,
        "low": pl.Float64, "high": pl.Float64, "p_adjusted": pl.Float64, "may_be_said": pl.String,
    }  # fmt: skip
    rows = [
        (one.category, one.engine, one.difference.n, one.difference.groups, one.difference.mean, one.difference.low,
         one.difference.high, one.difference.p_adjusted, one.words)
        for one in found.compared
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=shape, orient="row")


def measures_frame(found: PilotFigures, measure: str) -> pl.DataFrame:
    """One measure by category and engine."""
    return found.measures.filter(measure=measure).drop("measure")


def cost_frame(found: PilotFigures) -> pl.DataFrame:
    """Cost of an approved image by engine and volume, part by part."""
    return pl.DataFrame([{name: getattr(one, name) for name in one.__slots__} for one in found.costs])


def score_frame(found: PilotFigures) -> pl.DataFrame:
    """What each engine's own score is worth."""
    rows = [
        {"engine": engine, **{name: getattr(one, name) for name in one.__slots__}}
        for engine, one in found.scores.items()
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def terms_frame(found: PilotFigures) -> pl.DataFrame:
    """Where the photos go: every question, what was answered, when, and where it is written."""
    rows = []
    for name, engine in found.engines.items():
        if isinstance(engine, str):
            rows.append((name, "", f"the engine's file cannot be read: {engine}", None, ""))
        elif not engine.remote:
            rows.append((name, "Where are the photos processed?", "on this machine; they go nowhere", None, "the code"))
        elif engine.on_this_machine:
            rows.append((name, "Where are the photos processed?", "by a service on this machine", None, FILE))
            rows += [(name, QUESTIONS[one.question], one.answer, str(one.date), one.source)
                     for one in engine.terms.answers]  # fmt: skip
        else:
            inside = {True: "yes", False: "no", None: "not answered; taken as no"}[engine.terms.inside_eu]
            rows.append((name, "Do they stay in the EU?", inside, None, FILE))
            answered = {one.question: one for one in engine.terms.answers}
            for key, words in QUESTIONS.items():
                said = answered.get(key)
                rows.append(
                    (name, words, said.answer, str(said.date), said.source) if said
                    else (name, words, "not answered", None, "")
                )  # fmt: skip
    shape = {"engine": pl.String, "question": pl.String, "answer": pl.String, "date": pl.String, "source": pl.String}
    return pl.DataFrame(rows, schema=shape, orient="row")
