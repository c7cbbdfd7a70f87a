"""Agreement against published figures, against statsmodels and scikit-learn, and on real ratings.

`hair_ratings.csv`: hair amount 0/1/2 of 292 photos by unidentified raters; ratings from public course repositories, MIT.
"""

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, confusion_matrix
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

from labeling.agreement.cohen_kappa import cohen_kappa
from labeling.agreement.confusion import confusion
from labeling.agreement.fleiss_kappa import fleiss_kappa
from labeling.agreement.krippendorff_alpha import krippendorff_alpha
from labeling.agreement.ratings import count_ratings
from labeling.consensus.majority import majority
from workbench.domain.errors import LabelingError

# Krippendorff (2011), section C: four observers, twelve units, five values; alpha 0.743 nominal, 0.815 ordinal
OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 .",
)  # fmt: skip


@pytest.fixture(scope="module")
def hair():
    with open(Path(__file__).with_name("hair_ratings.csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return count_ratings([(row["img"], value) for row in rows for value in row["ratings"].split("|")], "012")


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815)])
def test_alpha_is_the_published_one(level, alpha):
    pairs = [(str(unit), value) for row in OBSERVERS for unit, value in enumerate(row.split()) if value != "."]
    found = krippendorff_alpha(count_ratings(pairs, "12345"), level=level)
    assert found.value == pytest.approx(alpha, abs=5e-4)
    assert (found.items, found.ratings) == (11, 40) and found.low < found.value <= found.high


def test_alpha_of_real_ratings(hair):
    found = krippendorff_alpha(hair, level="ordinal")
    assert (found.items, found.ratings) == (263, 196 * 5 + 67 * 4)
    assert found.value == pytest.approx(0.8410, abs=1e-4) and found.low < 0.82 < 0.86 < found.high
    assert krippendorff_alpha(hair, level="ordinal") == found
    assert krippendorff_alpha(hair).value < found.value  # most disagreement is between neighbours


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_alpha_of_real_ratings_is_that_of_nltk(hair, level):
    """NLTK (Apache-2.0) computes alpha for any distance; the ordinal one is by the ratings that lie between."""
    from nltk.metrics.agreement import AnnotationTask

    paired = hair.paired.counts.astype(int)
    given = paired.sum(axis=0)
    middle = np.cumsum(given) - given / 2
    ratings = [
        (f"rater {place}", f"photo {photo}", value)
        for photo, counts in enumerate(paired)
        for place, value in enumerate(np.repeat(np.arange(3), counts).tolist())
    ]
    apart = {"nominal": lambda a, b: float(a != b), "ordinal": lambda a, b: float((middle[a] - middle[b]) ** 2)}[level]
    theirs = AnnotationTask(data=ratings, distance=apart).alpha()
    assert krippendorff_alpha(hair, level=level, draws=2).value == pytest.approx(theirs, abs=1e-9)


def test_fleiss_is_that_of_statsmodels(hair):
    five = hair.with_raters(5)
    found = fleiss_kappa(five)
    assert found.items == 196 and found.value == pytest.approx(statsmodels_fleiss(five.counts), abs=1e-12)
    with pytest.raises(LabelingError, match="items with 1, 4, 5 ratings"):
        fleiss_kappa(hair)


def test_intervals_cover_what_they_say():
    """Of 60 samples from raters whose true alpha is known, about 57 intervals hold it."""
    rng = np.random.default_rng(3)

    def sample(items):
        truth = rng.integers(0, 3, items)
        given = np.where(rng.random((items, 4)) < 0.75, truth[:, None], rng.integers(0, 3, (items, 4)))
        return count_ratings([(str(unit), str(value)) for unit, row in enumerate(given) for value in row], "012")

    true = krippendorff_alpha(sample(60_000), draws=2).value
    held = 0
    for _ in range(60):
        found = krippendorff_alpha(sample(80), draws=300)
        held += found.low <= true <= found.high
    assert held >= 51


def test_cohen_and_confusion_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    first = dict(zip(map(str, range(300)), rng.choice(list("abc"), 300), strict=True))
    second = {item: value if rng.random() < 0.7 else rng.choice(list("abc")) for item, value in first.items()}
    del first["7"], second["9"]
    both = sorted(first.keys() & second.keys())
    mine, theirs = [first[item] for item in both], [second[item] for item in both]
    found = cohen_kappa(first, second, "abc")
    assert found.items == 298 and found.value == pytest.approx(cohen_kappa_score(mine, theirs), abs=1e-12)
    assert found.low < found.value < found.high
    assert (confusion(first, second, "abc") == confusion_matrix(mine, theirs)).all()


def test_where_a_measure_is_not_defined_it_says_why():
    alike = count_ratings([("a", "x"), ("a", "x"), ("b", "x"), ("b", "x")], "xy")
    for found in (krippendorff_alpha(alike), fleiss_kappa(alike)):
        assert found.value is None and "the same value" in found.reason
    assert krippendorff_alpha(count_ratings([("a", "x")], "xy")).reason == "no item with enough ratings"
    with pytest.raises(LabelingError, match="a rating 'z'"):
        count_ratings([("a", "z")], "xy")


def test_majority_leaves_a_tie_open():
    answers = [
        ("i", "ann", "mole"),
        ("i", "bo", "mole"),
        ("i", "cy", "hair"),
        ("j", "ann", "hair"),
        ("j", "bo", "mole"),
    ]
    clear, tied = majority(answers)
    assert (clear.value, clear.labelers, clear.disputed) == ("mole", 3, True)
    assert clear.posterior["mole"] == pytest.approx(2 / 3)
    assert tied.value is None and tied.disputed
