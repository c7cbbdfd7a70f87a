"""Who needs a word about which class, and who grows faster or more careless while they sit."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy.stats import binomtest

from labeling.agreement.class_figures import class_figures, wilson
from labeling.agreement.drift import Work, drift, sessions

WORDS = ("mole", "hair", "neither")


def answers(number=300, seed=2):
    """Three who are right in 95%; "dan" calls half of the hairs a mole."""
    rng, said = np.random.default_rng(seed), []
    truth = {f"i{place}": str(word) for place, word in enumerate(rng.choice(WORDS, number))}
    for item, word in truth.items():
        for labeler in ("ann", "bo", "cy"):
            said.append((item, labeler, word if rng.random() < 0.95 else str(rng.choice(WORDS))))
        slip = word == "hair" and rng.random() < 0.5
        said.append((item, "dan", "mole" if slip else word))
    return truth, said


def test_it_names_who_and_which_class_and_nobody_else():
    _, said = answers()
    rows = class_figures(said, WORDS)
    assert len(rows) == 12
    needing = [(row.labeler, row.word, row.instead) for row in rows if row.needs_a_word]
    assert needing == [("dan", "hair", "mole")]
    dan = next(row for row in rows if (row.labeler, row.word) == ("dan", "hair"))
    assert dan.low < dan.share < dan.high < dan.others_share and dan.items > 60


def test_known_answers_come_before_what_others_say():
    truth, said = answers()
    everybody_wrong = {item: "neither" for item in list(truth)[:60]}
    rows = class_figures(said, WORDS, known=everybody_wrong)
    ann = next(row for row in rows if (row.labeler, row.word) == ("ann", "neither"))
    alone = next(row for row in class_figures(said, WORDS) if (row.labeler, row.word) == ("ann", "neither"))
    assert ann.items > alone.items and ann.share < alone.share


def test_one_labeler_alone_is_held_against_nobody():
    rows = class_figures([("i", "ann", "mole"), ("j", "ann", "hair")], WORDS)
    assert all(row.items == 0 and row.share is None and row.p_adjusted is None for row in rows)


def test_wilson_is_that_of_scipy():
    found = binomtest(37, 50).proportion_ci(method="wilson")
    assert wilson(37, 50) == pytest.approx((found.low, found.high), abs=1e-4) and wilson(0, 0) == (None, None)


def test_a_session_ends_with_a_pause():
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    minutes = (0, 1, 2, 33, 34, 70)
    work = [Work(at=start + timedelta(minutes=m), seconds=2.0, agreed=True) for m in minutes]
    assert [len(part) for part in sessions(work[::-1])] == [3, 2, 1]


def test_somebody_who_hurries_and_errs_at_the_end_is_seen():
    start, rng = datetime(2026, 11, 2, 9, tzinfo=UTC), np.random.default_rng(0)

    def day(number, hurry):
        for place in range(90):
            late = hurry and place >= 60
            yield Work(
                at=start + timedelta(days=number, seconds=10 * place), seconds=float(rng.lognormal(0.2 if late else 1.0, 0.2)),
                agreed=bool(rng.random() < (0.7 if late else 0.95)),
            )  # fmt: skip

    found = drift([one for number in range(4) for one in day(number, True)])
    assert (found.sessions, found.answers) == (4, 360)
    assert found.faster_high < 0.7 and found.agreement_high < 0
    steady = drift([one for number in range(4) for one in day(number, False)])
    assert steady.faster_low < 1 < steady.faster_high and steady.agreement_low < 0 < steady.agreement_high
    assert drift([]).median_s is None and drift([]).faster is None
