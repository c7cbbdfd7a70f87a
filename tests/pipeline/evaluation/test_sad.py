"""SAD against values worked out by hand, and its properties."""

import numpy as np
import pytest

from pipeline.evaluation.sad import sad
from workbench.domain.errors import ContractError


def test_sums_absolute_differences_in_thousands():
    # |0.5-1| + |0.25-0| + |1-1| + |0-1| = 0.5 + 0.25 + 0 + 1 = 1.75 -> 0.00175
    alpha = np.array([[0.5, 0.25], [1.0, 0.0]])
    truth = np.array([[1.0, 0.0], [1.0, 1.0]])
    assert sad(alpha, truth) == pytest.approx(0.00175, abs=1e-15)


def test_counts_only_the_unknown_region():
    # only the first row: 0.5 + 0.25
    alpha = np.array([[0.5, 0.25], [1.0, 0.0]])
    truth = np.array([[1.0, 0.0], [1.0, 1.0]])
    unknown = np.array([[True, True], [False, False]])
    assert sad(alpha, truth, unknown) == pytest.approx(0.00075, abs=1e-15)


def test_grows_with_area_so_nothing_is_averaged():
    assert sad(np.ones((50, 40)), np.zeros((50, 40))) == pytest.approx(2.0)


def test_is_zero_for_equal_mattes_and_symmetric():
    rng = np.random.default_rng(3)
    a, b = rng.random((9, 7)), rng.random((9, 7))
    assert sad(a, a) == 0.0
    assert sad(a, b) == sad(b, a) > 0.0


def test_agrees_with_a_plain_loop():
    rng = np.random.default_rng(4)
    a, b, unknown = rng.random((6, 5)), rng.random((6, 5)), rng.random((6, 5)) < 0.5
    total = 0.0
    for y in range(6):
        for x in range(5):
            if unknown[y, x]:
                total += abs(a[y, x] - b[y, x])
    assert sad(a, b, unknown) == pytest.approx(total / 1000, rel=1e-12)


@pytest.mark.parametrize(
    ("alpha", "truth", "unknown"),
    [
        (np.zeros((2, 2)), np.zeros((2, 3)), None),
        (np.zeros((2, 2), np.uint8), np.zeros((2, 2)), None),
        (np.full((2, 2), np.nan), np.zeros((2, 2)), None),
        (np.full((2, 2), 1.5), np.zeros((2, 2)), None),
        (np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 2), bool)),
        (np.zeros((2, 2)), np.zeros((2, 2)), np.ones((2, 2))),
        (np.zeros((0, 2)), np.zeros((0, 2)), None),
    ],
)
def test_refuses_mattes_that_cannot_be_compared(alpha, truth, unknown):
    with pytest.raises(ContractError):
        sad(alpha, truth, unknown)
