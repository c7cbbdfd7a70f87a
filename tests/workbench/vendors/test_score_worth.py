"""What an engine's own score is worth."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from workbench.vendors.score_worth import score_worth


def photos(n, rng, *, slope=6.0, offset=-2.0):
    doubt = rng.uniform(0, 1, n)
    back = rng.uniform(0, 1, n) < 1 / (1 + np.exp(-(slope * doubt + offset - 2)))
    return doubt, back, [f"S{k}" for k in range(n)]


def test_a_score_that_sorts_is_measured_and_its_direction_found():
    doubt, back, skus = photos(300, np.random.default_rng(0))
    found = score_worth(list(doubt), list(back), skus, declared="lower", limit=0.05)
    assert found.sorts == pytest.approx(roc_auc_score(back, doubt)) and found.direction == "lower"
    assert found.sorts_low < found.sorts < found.sorts_high and found.share_proved <= found.share_seen
    turned = score_worth(list(doubt), list(back), skus, declared="higher", limit=0.05)
    assert turned.direction == "lower" and "the other way" in turned.words


def test_calibration_is_told_from_nonsense():
    rng = np.random.default_rng(1)
    risk = rng.uniform(0, 1, 2000)
    back = rng.uniform(0, 1, 2000) < risk
    skus = [str(n) for n in range(2000)]
    right = score_worth(list(risk), list(back), skus, declared="lower", limit=0.05, draws=50)
    wrong = score_worth(list(risk**4), list(back), skus, declared="lower", limit=0.05, draws=50)
    assert right.calibration_error < 0.04 < 0.15 < wrong.calibration_error
    assert (
        score_worth(list(risk * 90), list(back), skus, declared="lower", limit=0.05, draws=50).calibration_error is None
    )


def test_a_proved_share_is_wrong_in_at_most_five_percent():
    """A score of pure chance and 8% rework everywhere: any share at all that is proved below 5% is an error."""
    rng = np.random.default_rng(2)
    wrong = 0
    for _ in range(200):
        found = score_worth(list(rng.uniform(0, 1, 200)), list(rng.uniform(0, 1, 200) < 0.08), ["x"] * 200,
                            declared="lower", limit=0.05, draws=2)  # fmt: skip
        wrong += found.share_proved > 0
    assert wrong / 200 < 0.085


def test_photos_without_a_score_are_never_automatic():
    back = [False] * 200 + [True] * 20
    found = score_worth(
        [0.1] * 100 + [None] * 100 + [0.9] * 20, back, [str(n) for n in range(220)], declared="lower", limit=0.05
    )
    assert found.without_score == 100 and found.share_proved == pytest.approx(100 / 220)


@pytest.mark.parametrize(("scores", "declared"), [([None] * 5, "lower"), ([0.5] * 5, "none")])
def test_no_score_is_said(scores, declared):
    found = score_worth(scores, [True, False] * 2 + [False], list("abcde"), declared=declared, limit=0.05)
    assert found.share_proved is None and "nothing" in found.words


def test_few_photos_are_said():
    found = score_worth([0.1, 0.9], [False, True], ["a", "b"], declared="lower", limit=0.05)
    assert found.sorts is None and "too few" in found.words
