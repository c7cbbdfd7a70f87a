"""A share that is all or nothing still has an interval; any other is the mean's."""

import pytest
from scipy.stats import binomtest

from pipeline.evaluation.grouped_mean import grouped_mean
from pipeline.evaluation.grouped_share import grouped_share


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_all_or_nothing_is_not_certain(value):
    groups = [f"sku {n // 2}" for n in range(12)]  # two pictures each: six witnesses
    found = grouped_share([value] * 12, groups)
    exact = binomtest(int(value) * 6, 6).proportion_ci(0.95, method="exact")
    assert found.mean == value and found.n == 12
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))


def test_in_between_it_is_the_mean_of_groups():
    values, groups = [1.0, 0.0, 1.0, 1.0], ["a", "a", "b", "c"]
    assert grouped_share(values, groups) == grouped_mean(values, groups)
    assert grouped_share([1.0], ["a"]).low is None  # one group has no spread
