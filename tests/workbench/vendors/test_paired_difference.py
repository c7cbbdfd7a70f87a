"""The promises of the comparison hold over many simulated pilots."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from workbench.vendors.paired_difference import Difference, holm, paired_difference, verdict

RUNS = 150


def pilot(rng, *, skus=24, effect=0.0):
    """Two photos of each SKU that go well or badly together; differences are skewed, as errors are."""
    sku = np.repeat(np.arange(skus), 2)
    shared = rng.gamma(1.0, 0.03, skus)[sku] - 0.03
    noise = rng.gamma(1.0, 0.01, len(sku)) - 0.01
    base = rng.uniform(0.8, 0.95, len(sku))
    return base + effect + shared + noise, base, [f"S{n}" for n in sku]


@pytest.fixture(scope="module")
def trials():
    rng = np.random.default_rng(5)
    return [paired_difference(*pilot(rng), better="higher", draws=600, seed=n) for n in range(RUNS)]


def test_the_interval_holds_the_truth_as_often_as_it_says(trials):
    covered = np.mean([one.low <= 0.0 <= one.high for one in trials])
    assert 0.89 <= covered <= 0.99  # 150 runs: 95% +- 3.6 points; skewed data cost a little


def test_a_margin_is_not_declared_met_too_often():
    """At the edge: the engine is worse by exactly the margin, and may pass in 5% of pilots."""
    rng = np.random.default_rng(6)
    found = [paired_difference(*pilot(rng, effect=-0.02), better="higher", draws=600, seed=n) for n in range(RUNS)]
    assert np.mean([one.floor > -0.02 for one in found]) < 0.09


def test_no_difference_is_invented_in_more_than_five_percent_of_symmetrical_pilots():
    rng = np.random.default_rng(7)
    hits = 0
    for n in range(RUNS):
        shared = rng.normal(0, 0.03, 20)
        base = rng.uniform(0.8, 0.9, 20)
        hits += paired_difference(base + shared, base, list("abcdefghijklmnopqrst"), better="higher", draws=600,
                                  seed=n).p <= 0.05  # fmt: skip
    assert hits / RUNS < 0.09


def test_a_real_difference_is_found_and_points_the_right_way():
    engine, base, skus = pilot(np.random.default_rng(1), effect=0.05)
    found = holm([paired_difference(engine, base, skus, better="higher")])[0]
    assert found.low > 0 and verdict(found, 0.01) == "better"
    turned = holm([paired_difference(engine, base, skus, better="lower")])[0]
    assert turned.mean == pytest.approx(-found.mean) and verdict(turned, 0.01) == "worse"


def test_photos_of_one_sku_count_as_one():
    rng = np.random.default_rng(2)
    values = np.repeat(rng.normal(0, 0.05, 12), 10)
    many = paired_difference(values, np.zeros(120), np.repeat(np.arange(12), 10).astype(str), better="higher")
    alone = paired_difference(values, np.zeros(120), np.arange(120).astype(str), better="higher")
    assert many.groups == 12 and many.high - many.low > 2.5 * (alone.high - alone.low)


def test_too_few_skus_give_no_interval_and_say_so():
    found = paired_difference([1.0, 2.0], [0.0, 0.0], ["a", "b"], better="higher")
    assert found.low is None and "too few" in verdict(found, 0.1)
    assert "no photos in common" in verdict(paired_difference([], [], [], better="higher"), 0.1)


def test_the_same_answers_are_no_difference():
    found = paired_difference([0.9] * 8, [0.9] * 8, list("abcdefgh"), better="higher")
    assert found.mean == found.low == 0.0 and verdict(found, 0.01).startswith(
        "no difference shown; shown to be no worse"
    )


def test_holm_as_statsmodels_has_it():
    p = [0.01, 0.04, 0.03, 0.005, 0.5]
    found = holm([Difference(n=9, groups=9, p=one) for one in p] + [Difference(n=1, groups=1)])
    assert [one.p_adjusted for one in found[:5]] == pytest.approx(list(multipletests(p, method="holm")[1]))
    assert found[5].p_adjusted is None


@pytest.mark.parametrize(
    ("mean", "floor", "p", "words"),
    [
        (0.02, 0.01, 0.01, "better"),
        (-0.02, -0.03, 0.01, "worse"),
        (-0.005, -0.008, 0.01, "worse, but within the margin"),
        (0.001, -0.005, 0.6, "no difference shown; shown to be no worse than the margin allows"),
        (0.001, -0.05, 0.6, "no difference shown; not shown to be as good either"),
    ],
)
def test_what_may_be_said(mean, floor, p, words):
    assert verdict(Difference(n=20, groups=20, mean=mean, floor=floor, p=p, p_adjusted=p), 0.01) == words


def test_no_bound_lies_beyond_what_a_measure_can_be():
    gaps, skus = [-0.98, *[0.001 * n for n in range(11)]], [f"S{n}" for n in range(12)]
    free = paired_difference(gaps, [0.0] * 12, skus, better="higher")
    held = paired_difference(gaps, [0.0] * 12, skus, better="higher", most=1.0)
    assert free.low < -1.0 == held.low and held.floor >= -1.0 and (held.high, held.p) == (free.high, free.p)
