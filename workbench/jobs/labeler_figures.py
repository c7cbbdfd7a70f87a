"""How single labelers do: agreement with others, known answers, classes, speed and drift; under the privacy rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from labeling.agreement.class_figures import class_figures, wilson
from labeling.agreement.cohen_kappa import cohen_kappa
from labeling.agreement.confusion import confusion
from labeling.agreement.drift import Work, drift
from labeling.consensus.majority import majority
from labeling.project import Question, read_project
from workbench import lake
from workbench.jobs.person_figures import LEAST_PEOPLE, Viewer, visible
from workbench.lake import labels
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelerFigures:
    """``people`` a row a labeler, ``classes`` a row a labeler and class: only those the viewer may see. ``group`` is of
    all labelers together, None where fewer than five stand behind it; ``gold`` likewise, and the confusion of words.
    """

    labelers: int
    people: pl.DataFrame
    classes: pl.DataFrame
    group: dict[str, float | int | None] | None
    gold: dict[str, float | int | None] | None
    confused: pl.DataFrame
    withheld: str | None


def labeler_figures(project: str, settings: Settings, viewer: Viewer) -> LabelerFigures:
    """Figures of a project's first question with one answer each."""
    import polars as pl

    question = first_question(project)
    with lake.open(settings, read_only=True) as store:
        given = labels.answers(store, project).filter(pl.col("question") == question.name)
        known = {row["item_key"]: row["value"] for row in labels.gold(store, project).to_dicts()
                 if row["question"] == question.name}  # fmt: skip
    given = given.filter(~pl.col("gold"))  # what a lead marked as the truth is no labeler's work
    answers = list(given.select("item_key", "annotator", "value").iter_rows())
    names = sorted({labeler for _, labeler, _ in answers})
    people = pl.DataFrame([_person(name, given, answers, question, known) for name in names], schema=_PEOPLE)
    classes = [
        asdict(one) | {"needs_a_word": one.needs_a_word} for one in class_figures(answers, question.words, known)
    ]
    table = pl.DataFrame(classes, schema=_CLASSES)
    enough = len(names) >= LEAST_PEOPLE
    shown = visible(people, "labeler", viewer, settings)
    withheld = None
    if shown.height < people.height:
        withheld = (
            "Figures of single people are shown to themselves and to roles named in WORKBENCH_PERSON_FIGURES; "
            f"groups from {LEAST_PEOPLE} people on."
        )
    return LabelerFigures(
        labelers=len(names), people=shown, classes=visible(table, "labeler", viewer, settings),
        group=_group(people, table) if enough else None,
        gold=_gold(answers, known) if enough or viewer.sees_everybody(settings) else None,
        confused=_confused(answers, question), withheld=withheld,
    )  # fmt: skip


def first_question(project: str) -> Question:
    """The question a project is about: the first of its first layout."""
    return next(iter(read_project(project).layout().questions.values()))


def _person(
    name: str, given: pl.DataFrame, answers: list[tuple[str, str, str]], question: Question, known: dict[str, str]
) -> dict[str, object]:
    import polars as pl

    mine = {item: value for item, labeler, value in answers if labeler == name}
    others = majority([one for one in answers if one[1] != name])
    theirs = {one.item_key: one.value for one in others if one.value is not None}
    kappa = cohen_kappa(mine, theirs, question.words)
    work = [
        Work(at=row["created_at"], seconds=row["lead_time_s"],
             agreed=None if (truth := known.get(row["item_key"], theirs.get(row["item_key"]))) is None
             else truth == row["value"])
        for row in given.filter(pl.col("annotator") == name).unique("annotation_id", maintain_order=True).to_dicts()
    ]  # fmt: skip
    tested = [mine[item] == value for item, value in known.items() if item in mine]
    low, high = wilson(sum(tested), len(tested))
    return {
        "labeler": name, "items": len(mine), "kappa": kappa.value, "kappa_low": kappa.low, "kappa_high": kappa.high,
        "kappa_items": kappa.items, "gold_right": sum(tested) / len(tested) if tested else None, "gold_low": low,
        "gold_high": high, "gold_items": len(tested), **asdict(drift(work)),
    }  # fmt: skip


def _group(people: pl.DataFrame, classes: pl.DataFrame) -> dict[str, float | int | None]:
    return {
        "labelers": people.height, "kappa": people["kappa"].median(), "median_s": people["median_s"].median(),
        "faster": people["faster"].median(), "agreement": people["agreement"].median(),
        "need_a_word": int(classes["needs_a_word"].sum()),
    }  # fmt: skip


def _gold(answers: list[tuple[str, str, str]], known: dict[str, str]) -> dict[str, float | int | None] | None:
    tested = [known[item] == value for item, _, value in answers if item in known]
    if not tested:
        return None
    low, high = wilson(sum(tested), len(tested))
    return {"right": sum(tested) / len(tested), "low": low, "high": high, "answers": len(tested),
            "items": len({item for item, _, _ in answers if item in known})}  # fmt: skip


def _confused(answers: list[tuple[str, str, str]], question: Question) -> pl.DataFrame:
    """How often one labeler says this where another says that, all pairs of labelers together; nobody is named."""
    import numpy as np
    import polars as pl

    said: dict[str, dict[str, str]] = defaultdict(dict)
    for item, labeler, value in answers:
        said[labeler][item] = value
    names = sorted(said)
    table = sum(
        (confusion(said[a], said[b], question.words) for place, a in enumerate(names) for b in names[place + 1 :]),
        np.zeros((len(question.words),) * 2, int),
    )
    both = table + table.T
    rows = [
        {"word": word, "other": other, "pairs": int(both[row, column] // (2 if row == column else 1))}
        for row, word in enumerate(question.words)
        for column, other in enumerate(question.words)
        if row <= column
    ]
    return pl.DataFrame(rows, schema={"word": pl.String, "other": pl.String, "pairs": pl.Int64})


_PEOPLE = {
    "labeler": str, "items": int, "kappa": float, "kappa_low": float, "kappa_high": float, "kappa_items": int,
    "gold_right": float, "gold_low": float, "gold_high": float, "gold_items": int, "answers": int, "sessions": int,
    "median_s": float, "faster": float, "faster_low": float, "faster_high": float, "agreement": float,
    "agreement_low": float, "agreement_high": float,
}  # fmt: skip
_CLASSES = {
    "labeler": str, "word": str, "items": int, "right": int, "share": float, "low": float, "high": float,
    "others_share": float, "instead": str, "p_adjusted": float, "needs_a_word": bool,
}  # fmt: skip
