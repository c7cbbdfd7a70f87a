"""The measures agree with scikit-learn's, and the floor is what a perfect model shows."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, roc_auc_score

from pipeline.training.prepare_net_parts.judged import (
    auroc,
    by_class,
    calibration,
    inside_sources,
    interval,
    macro_f1,
)  # fmt: skip

RNG = np.random.default_rng(3)


def test_f1_and_auroc_are_the_usual_ones():
    truth, said = RNG.integers(0, 4, 300), RNG.integers(0, 4, 300)
    assert macro_f1(truth, said, 4) == pytest.approx(f1_score(truth, said, average="macro"))
    assert [row["f1"] for row in by_class(truth, said, "abcd")] == pytest.approx(f1_score(truth, said, average=None))
    yes, value = RNG.random(200) < 0.3, np.round(RNG.random(200), 1)  # with ties
    assert auroc(yes, value) == pytest.approx(roc_auc_score(yes, value))
    assert np.isnan(auroc(np.zeros(5, bool), np.arange(5.0)))


def test_a_class_that_does_not_occur_is_left_out():
    assert macro_f1(np.array([0, 0, 1]), np.array([0, 0, 1]), 5) == 1.0


def test_a_perfectly_calibrated_model_lies_at_its_floor():
    sure = RNG.uniform(0.3, 1.0, 400)
    honest = calibration(sure, RNG.random(400) < sure)
    assert honest["error"] < honest["floor_95"] * 1.3 and 0.01 < honest["floor"] < 0.1
    boastful = calibration(sure, RNG.random(400) < sure - 0.3)
    assert boastful["error"] > 2 * boastful["floor_95"]


def test_intervals_widen_when_photos_of_a_sender_hang_together():
    values = np.repeat(RNG.normal(0, 1, 20), 10)
    together = interval(lambda rows: values[rows].mean(), np.repeat(np.arange(20), 10))
    apart = interval(lambda rows: values[rows].mean(), np.arange(200))
    assert together[1] - together[0] > 2 * (apart[1] - apart[0])


def test_a_flag_that_only_tells_the_source_is_worth_nothing_inside_it():
    sources = np.repeat(["board", "floor"], 100)
    truth = np.where(sources == "board", RNG.random(200) < 0.9, RNG.random(200) < 0.1)
    value = (sources == "board") + RNG.normal(0, 0.1, 200)
    assert auroc(truth, value) > 0.8  # looks good over all
    rows = inside_sources(truth, value, sources, np.arange(200), least=5)
    assert [row["source"] for row in rows] == ["board", "floor"]
    assert all(row["low"] < 0.5 < row["high"] for row in rows)
    assert inside_sources(truth, value, sources, np.arange(200), least=50) == []
