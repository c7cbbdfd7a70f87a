"""A shop whose truth is known: naive limits break their promise, proved ones hardly ever."""

import numpy as np
import pytest

from workbench.routing.certify import certify
from workbench.routing.more_audits import more_audits
from workbench.routing.promise_trial import (
    HIGHEST_RISK,
    chance_to_fail,
    naive_limit,
    promise_trials,
    promise_words,
    true_share,
)
from workbench.routing.proved_limit import proved_limit

TRIALS = 120


def test_true_share_is_the_mean_of_the_curve():
    risk = np.linspace(0, 0.3, 200_001)
    assert true_share(0.3) == pytest.approx(float(chance_to_fail(risk).mean()), rel=1e-4)
    assert true_share(9.0) == true_share(HIGHEST_RISK)


def test_the_naive_limit_by_hand():
    risk, failed = np.array([0.1, 0.2, 0.3, 0.4]), np.array([False, True, False, False])
    assert naive_limit(risk, failed, target=0.25) == 0.4, "1 of 4, though 1 of 2 on the way"
    assert naive_limit(risk, failed, target=0.2) == 0.1
    assert naive_limit(risk[:1], ~failed[:1], target=0.2) is None


def test_half_of_naive_limits_break_their_promise_and_proved_ones_do_not():
    found = promise_trials(trials=TRIALS, target=0.05, delta=0.10)
    naive, proved = (found.filter(found["rule"] == rule) for rule in ("naive", "certified"))
    assert (~naive["kept"]).mean() == pytest.approx(0.5, abs=0.15)
    assert (~proved["kept"]).sum() <= 20, "20 is the 99% point of a binomial of 120 with 10%"
    assert naive["sample_share"].drop_nulls().max() <= 0.05, "every sample looked good enough"
    assert proved["limit"].is_not_null().mean() > 0.5
    words = promise_words(found, target=0.05)
    assert f"Naive: {(~naive['kept']).sum()} of {TRIALS}" in words
    assert found.equals(promise_trials(trials=TRIALS, target=0.05, delta=0.10)), "the same seed, the same shops"


@pytest.mark.parametrize("seed", range(12))
def test_the_short_way_proves_what_certification_proves(seed):
    draw = np.random.default_rng(seed)
    risk = draw.beta(1.2, 4, 300)
    failed = draw.random(300) < 0.25 * risk
    slow = certify({"one": (risk, failed)}, target=0.05, delta=0.1)["one"].max_risk
    assert proved_limit(risk, failed, target=0.05, delta=0.1) == slow


def test_more_audits_prove_more_and_none_change_nothing():
    draw = np.random.default_rng(3)
    risk = draw.random(80) * 0.5
    failed = draw.random(80) < 0.1 * risk
    found = more_audits(risk, failed, target=0.05, delta=0.1, more=(0, 100, 800), repeats=40)
    now, some, many = found.to_dicts()
    assert now["limit"] == proved_limit(risk, failed, target=0.05, delta=0.1)
    assert now["goes_out_low"] == now["goes_out"] == now["goes_out_high"]
    assert now["goes_out"] <= some["goes_out"] <= many["goes_out"] and many["goes_out"] > now["goes_out"]
    assert all(row["goes_out_low"] <= row["goes_out"] <= row["goes_out_high"] for row in (now, some, many))
    assert more_audits(risk[:10], failed[:10]) is None, "too few to know what fails"


def test_what_goes_out_is_counted_over_all_images_when_they_are_given():
    risk, failed = np.linspace(0.0, 0.2, 60), np.zeros(60, dtype=bool)
    found = more_audits(risk, failed, of=np.array([0.1, 0.1, 0.9, 0.9]), target=0.05, delta=0.1, more=(0,))
    assert found["goes_out"].to_list() == [0.5]
