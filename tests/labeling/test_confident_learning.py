"""Confident learning finds labels that were spoiled on purpose, and about as many as were."""

import numpy as np
import pytest

from labeling.label_errors.confident_learning import confident_learning
from workbench.domain.errors import LabelingError


def spoiled(number=2000, share=0.08, seed=0):
    """True classes, labels of which a share says the next class, and honest odds of a model that is right in 90%."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, number, p=(0.3, 0.2, 0.5))
    wrong = rng.random(number) < share
    given = np.where(wrong, (truth + 1) % 3, truth)
    seen = np.where(rng.random(number) < 0.1, rng.integers(0, 3, number), truth)
    odds = np.full((number, 3), 0.06)
    odds[np.arange(number), seen] = 0.88
    return truth, given, wrong, odds


def test_it_finds_what_was_spoiled():
    truth, given, wrong, odds = spoiled()
    found = confident_learning(given, odds)
    places = [one.place for one in found.suspects]
    assert wrong[places].mean() > 0.5 > wrong.mean() * 5 and wrong[places].sum() > 0.85 * wrong.sum()
    assert all(one.given == given[one.place] != one.suggested for one in found.suspects)
    right = [one.suggested == truth[one.place] for one in found.suspects if wrong[one.place]]
    assert np.mean(right) > 0.95
    # spoiled labels and the model's own 7% are both in what is expected: never fewer than there are
    assert wrong.sum() < found.expected < 2.2 * wrong.sum()
    assert found.joint.sum() == pytest.approx(1) and found.joint.shape == (3, 3)
    assert found.joint.sum(axis=1) == pytest.approx(np.bincount(given) / len(given))
    assert found.joint[1, 0] > 2 * found.joint[1, 2]  # what says 1 and is wrong was a 0


def test_a_model_that_agrees_with_every_label_expects_no_error():
    labels = np.repeat([0, 1, 2], 50)
    found = confident_learning(labels, np.eye(3)[labels] * 0.9 + 0.1 / 3)
    assert found.suspects == () and found.expected == pytest.approx(0, abs=1e-9)


def test_a_class_the_model_is_shy_about_is_not_missed():
    """Class 1 never gets more than 0.4, and yet one of its items that is called 0 stands out."""
    labels = np.array([0] * 50 + [1] * 50)
    odds = np.array([[0.95, 0.05]] * 50 + [[0.6, 0.4]] * 50)
    odds[0] = (0.55, 0.45)
    (suspect,) = confident_learning(labels, odds).suspects
    assert (suspect.place, suspect.suggested) == (0, 1)


def test_surest_first():
    _, given, _, odds = spoiled(seed=3)
    margins = [
        one.margin for one in confident_learning(given, odds + np.linspace(0, 0.01, 6000).reshape(2000, 3)).suspects
    ]
    assert margins == sorted(margins, reverse=True) and margins[0] > margins[-1]


def test_what_cannot_be_asked():
    with pytest.raises(LabelingError, match="labels a class"):
        confident_learning(np.array([0, 0, 1]), np.full((3, 3), 1 / 3))
    with pytest.raises(LabelingError, match="probabilities for 2 labels"):
        confident_learning(np.array([0, 1]), np.full((3, 3), 1 / 3))
