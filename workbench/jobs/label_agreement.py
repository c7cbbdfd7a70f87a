"""How far a project's labelers agree: for each question, and for each of its words against all others.

Nobody is named here: figures of single labelers are employee data and have a view of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeling.agreement.estimate import Estimate
from labeling.agreement.krippendorff_alpha import krippendorff_alpha
from labeling.agreement.ratings import count_ratings
from labeling.consensus.majority import majority
from labeling.project import read_project
from workbench import lake
from workbench.lake import labels
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

EVERY_WORD = "(all)"


def label_agreement(name: str, settings: Settings) -> pl.DataFrame:
    """A row a question and word: Krippendorff's alpha with its 95% interval, n, and how many items are disputed.

    A question with several answers is asked word by word only: whether somebody said the word or not.
    """
    import polars as pl

    project = read_project(name)
    with lake.open(settings, read_only=True) as store:
        given = labels.answers(store, name)
    rows = []
    questions = {
        question.name: question for layout in project.layouts.values() for question in layout.questions.values()
    }
    for question in questions.values():
        said = given.filter(pl.col("question") == question.name)
        answers = list(said.select("item_key", "annotator", "value").iter_rows())
        who = {(item, person) for item, person, _ in answers}
        if len(who) == len(answers):  # one answer each
            pairs = [(item, value) for item, _, value in answers]
            disputed = sum(one.disputed for one in majority(answers) if one.labelers > 1)
            rows.append(
                _row(question.name, EVERY_WORD, krippendorff_alpha(count_ratings(pairs, question.words)), disputed)
            )
        for word in question.words:
            has = {(item, person) for item, person, value in answers if value == word}
            pairs = [(item, "yes" if (item, person) in has else "no") for item, person in sorted(who)]
            rows.append(_row(question.name, word, krippendorff_alpha(count_ratings(pairs, ("no", "yes"))), None))
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row")


def _row(question: str, word: str, found: Estimate, disputed: int | None) -> tuple:
    return (question, word, found.value, found.low, found.high, found.items, found.ratings, disputed, found.reason)


_COLUMNS = {
    "question": str, "word": str, "alpha": float, "low": float, "high": float, "items": int, "ratings": int,
    "disputed": int, "reason": str,
}  # fmt: skip
