"""How far a project's labelers agree: for each question, and for each of its words against all others.

Nobody is named here: figures of single labelers are employee data and have a view of their own.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from labeling.agreement.estimate import Estimate
from labeling.agreement.fleiss_kappa import fleiss_kappa
from labeling.agreement.krippendorff_alpha import krippendorff_alpha
from labeling.agreement.ratings import Ratings, count_ratings
from labeling.consensus.majority import majority
from labeling.project import read_project
from workbench import lake
from workbench.lake import labels
from workbench.settings import Settings

if TYPE_CHECKING:
    import polars as pl

EVERY_WORD = "(all)"
ORDERED = frozenset({"severity", "better", "verdict"})  # questions whose words stand in their order


def label_agreement(name: str, settings: Settings) -> pl.DataFrame:
    """A row a question and word: Krippendorff's alpha with its 95% interval, n, and how many items are disputed.

    The row of all words also has Fleiss' kappa, over the items with the commonest number of answers, and the ordinal
    alpha of a question whose words have an order.

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
            ratings = count_ratings(pairs, question.words)
            rows.append(
                (
                    *_row(question.name, EVERY_WORD, krippendorff_alpha(ratings), disputed), *_fleiss(ratings),
                    _ordinal(question.name, ratings),
                )
            )
        for word in question.words:
            has = {(item, person) for item, person, value in answers if value == word}
            pairs = [(item, "yes" if (item, person) in has else "no") for item, person in sorted(who)]
            found = krippendorff_alpha(count_ratings(pairs, ("no", "yes")))
            rows.append((*_row(question.name, word, found, None), None, None, None))
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row")


def _fleiss(ratings: Ratings) -> tuple[float | None, int | None]:
    """Kappa and its items; it needs one number of answers, so the commonest one from two on is taken."""
    given = Counter(int(number) for number in ratings.counts.sum(axis=1) if number > 1)
    if not given:
        return None, None
    found = fleiss_kappa(ratings.with_raters(given.most_common(1)[0][0]), draws=1)
    return found.value, found.items


def _ordinal(question: str, ratings: Ratings) -> float | None:
    return krippendorff_alpha(ratings, level="ordinal", draws=1).value if question in ORDERED else None


def _row(question: str, word: str, found: Estimate, disputed: int | None) -> tuple:
    return (question, word, found.value, found.low, found.high, found.items, found.ratings, disputed, found.reason)


_COLUMNS = {
    "question": str, "word": str, "alpha": float, "low": float, "high": float, "items": int, "ratings": int,
    "disputed": int, "reason": str, "fleiss": float, "fleiss_items": int, "ordinal_alpha": float,
}  # fmt: skip
