"""The bootstrap interval against closed forms and its edge cases."""

import numpy as np
import pytest

from pipeline.evaluation.interval import bootstrap_interval


def test_close_to_the_normal_interval_for_many_values():
    # mean +- 1.96 * sd / sqrt(n): for 400 normal values the bootstrap must land within a tenth of the half-width
    values = np.random.default_rng(1).normal(10.0, 2.0, 400)
    half = 1.96 * values.std(ddof=1) / 20
    interval = bootstrap_interval(values, n_boot=4000, seed=5)
    assert interval.mean == pytest.approx(values.mean())
    assert interval.low == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.1 * half)
    assert interval.n == 400


def test_two_values_give_the_three_possible_means():
    # resamples of {0, 1} have mean 0 (1/4), 0.5 (1/2) or 1 (1/4): the 2.5% and 97.5% points are 0 and 1
    interval = bootstrap_interval([0.0, 1.0], n_boot=999, seed=0)
    assert (interval.low, interval.mean, interval.high) == (0.0, 0.5, 1.0)


def test_same_seed_same_interval_other_seed_another():
    values = np.random.default_rng(2).random(30)
    assert bootstrap_interval(values, 500, 1) == bootstrap_interval(values, 500, 1)
    assert bootstrap_interval(values, 500, 1) != bootstrap_interval(values, 500, 2)


def test_equal_values_have_no_width():
    interval = bootstrap_interval([3.0] * 8)
    assert (interval.low, interval.high) == (3.0, 3.0)


def test_no_interval_without_spread_and_the_reason_is_given():
    none, one = bootstrap_interval([]), bootstrap_interval([2.0])
    assert (none.mean, none.low, none.n, none.reason) == (None, None, 0, "no images")
    assert (one.mean, one.low, one.high, one.reason) == (2.0, None, None, "one image has no spread")


def test_refuses_values_that_are_not_numbers():
    with pytest.raises(ValueError, match="finite"):
        bootstrap_interval([1.0, float("nan")])
