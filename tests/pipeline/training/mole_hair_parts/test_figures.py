"""Figures with known answers."""

import numpy as np
import pytest

from pipeline.evaluation.ranking import auroc, within_categories
from pipeline.training.mole_hair_parts.figures import placements, precision_at_recall

SCORE = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
MOLE = np.array([True, True, False, True, False, False])


def test_the_mean_placement_of_moles_is_the_auroc():
    assert placements(SCORE, MOLE).mean() == pytest.approx(auroc(SCORE, MOLE)) == pytest.approx(8 / 9)
    tied = np.array([0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    assert placements(tied, MOLE).mean() == pytest.approx(0.5)


def test_precision_when_every_mole_must_be_found():
    assert precision_at_recall(SCORE, MOLE, np.ones(6)) == pytest.approx(3 / 4)
    assert precision_at_recall(SCORE, np.zeros(6, bool), np.ones(6)) is None
    assert precision_at_recall(SCORE, MOLE, np.array([1, 1, 5, 1, 1, 1.0])) == pytest.approx(3 / 8)


def test_what_size_alone_explains_is_left_out():
    size = np.array([1, 1, 1, 0, 0, 0])
    score = np.where(size, 0.9, 0.1)  # knows the size, nothing else
    assert auroc(score, MOLE) > 0.6 and within_categories(score, MOLE, size, np.ones(6)) == pytest.approx(0.5)
    assert within_categories(score, MOLE, np.arange(6), np.ones(6)) is None
