"""MSE against values worked out by hand, and its properties."""

import numpy as np
import pytest

from pipeline.evaluation.mse import mse


def test_averages_squared_differences():
    # (0.25 + 0.0625 + 0 + 1) / 4 = 0.328125
    alpha = np.array([[0.5, 0.25], [1.0, 0.0]])
    truth = np.array([[1.0, 0.0], [1.0, 1.0]])
    assert mse(alpha, truth) == pytest.approx(0.328125, abs=1e-15)


def test_averages_over_the_unknown_region_only():
    # (0.25 + 0.0625) / 2 = 0.15625
    alpha = np.array([[0.5, 0.25], [1.0, 0.0]])
    truth = np.array([[1.0, 0.0], [1.0, 1.0]])
    unknown = np.array([[True, True], [False, False]])
    assert mse(alpha, truth, unknown) == pytest.approx(0.15625, abs=1e-15)


def test_is_a_mean_so_it_does_not_grow_with_area():
    assert mse(np.full((50, 40), 0.5), np.zeros((50, 40))) == pytest.approx(0.25)


def test_is_zero_for_equal_mattes_and_symmetric():
    rng = np.random.default_rng(3)
    a, b = rng.random((9, 7)), rng.random((9, 7))
    assert mse(a, a) == 0.0
    assert mse(a, b) == mse(b, a) > 0.0


def test_agrees_with_a_plain_loop():
    rng = np.random.default_rng(4)
    a, b, unknown = rng.random((6, 5)), rng.random((6, 5)), rng.random((6, 5)) < 0.5
    picked = [(a[y, x] - b[y, x]) ** 2 for y in range(6) for x in range(5) if unknown[y, x]]
    assert mse(a, b, unknown) == pytest.approx(sum(picked) / len(picked), rel=1e-12)
