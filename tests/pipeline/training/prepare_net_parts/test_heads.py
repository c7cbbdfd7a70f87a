"""The heads are scikit-learn's in plain arrays, sources count the same, and calibration repairs boasting."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.training.prepare_net_parts.heads import balanced, calibrated, fit_flag, fold_of
from pipeline.training.prepare_net_parts.photos import Photo

RNG = np.random.default_rng(8)


def photo(n, source, flags):
    return Photo(name=str(n), path=Path(), source=source, group=str(n), split="train", label="", flags=flags)


def test_answers_weigh_the_same_inside_each_source():
    found = [photo(n, "board" if n < 40 else "floor" if n < 90 else "skin", {}) for n in range(100)]
    answers = np.array([n < 10 or 40 <= n < 45 or n >= 90 for n in range(100)])
    weights = balanced(found, answers)
    sources = np.array([one.source for one in found])
    for source in ("board", "floor"):
        yes, no = (weights[(sources == source) & (answers == side)].sum() for side in (True, False))
        assert yes == pytest.approx(no)
    assert weights[sources == "skin"].sum() < 0.2 * weights.sum()  # one answer only: it tells the source


def test_a_flag_is_learned_from_the_product_and_not_from_the_source():
    source = np.repeat(["board", "floor"], 200)
    truth = np.where(source == "board", RNG.random(400) < 0.95, RNG.random(400) < 0.05)
    rows = np.stack([source == "board", truth + RNG.normal(0, 0.5, 400)], axis=1).astype(float)
    found = [photo(n, source[n], {"sheer": bool(truth[n])}) for n in range(400)]
    weight, offset, held = fit_flag(rows, found, "sheer")
    assert abs(weight[0]) < 0.3 * abs(weight[1])
    assert not np.isnan(held).any() and np.isfinite(offset)


def test_calibration_repairs_a_boastful_head():
    truth = RNG.integers(0, 3, 3000)
    rows = np.eye(3)[truth] + RNG.normal(0, 1, (3000, 3))
    arrays = {"toy_weight": 5 * np.eye(3, dtype=np.float32), "toy_offset": np.zeros(3, np.float32)}
    raised = np.exp(rows @ arrays["toy_weight"])
    calibrated(arrays, "toy", raised / raised.sum(axis=1, keepdims=True), truth)
    assert np.diag(arrays["toy_weight"]) == pytest.approx([1.0] * 3, rel=0.1)  # what the noise was made with


def test_folds_do_not_change():
    assert [fold_of(group) for group in ("181", "204", "accessories_01_003")] == [1, 2, 2]
    assert len({fold_of(str(n)) for n in range(100)}) == 5
