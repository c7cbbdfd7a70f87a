"""The classifier as it runs: plain arrays say what torch says, odds add up, doubt is an answer."""

import numpy as np
import pytest

from pipeline.models.load_model import load_model
from pipeline.models.mole_hair import CLASSES, SIDE, UNSURE, answers, calibrated, mean_logits, mole_hair
from pipeline.training.mole_hair_parts.labelled import labelled, squares
from pipeline.training.mole_hair_parts.network import torch_logits


@pytest.fixture(scope="module")
def crops():
    return squares(labelled(("validation",)).crops)


def test_torch_agrees(crops):
    model = load_model("mole_hair")
    members = sorted({name.split(".")[0] for name in model.arrays if name.startswith("member")})
    torch_says = [
        torch_logits({n.split(".")[1]: np.array(a) for n, a in model.arrays.items() if n.startswith(m + ".")}, crops)
        for m in members
    ]
    assert len(members) > 1
    assert np.abs(np.mean(torch_says, axis=0) - mean_logits(crops, model)).max() < 1e-4


def test_odds_add_up_and_do_not_depend_on_the_batch(crops):
    odds = mole_hair(crops)
    assert odds.shape == (len(crops), 3) and odds.dtype == np.float32
    assert np.allclose(odds.sum(1), 1.0, atol=1e-5)
    assert np.allclose(mole_hair(crops[:1]), odds[:1], atol=1e-5)
    assert mole_hair(np.zeros((0, SIDE, SIDE, 3), np.uint8)).shape == (0, 3)


def test_warm_and_cold_light_and_dark_skin_look_alike(crops):
    plain = mole_hair(crops)[:, 0]
    other = mole_hair(np.clip(crops * np.array([0.7, 0.6, 0.5]), 0, 255).astype(np.uint8))[:, 0]
    assert np.corrcoef(plain, other)[0, 1] > 0.95


def test_doubt_is_an_answer():
    sure = float(load_model("mole_hair").array("sure_from")[0])
    assert 1 / 3 < sure < 1
    odds = np.array([[0.99, 0.005, 0.005], [0.005, 0.99, 0.005], [0.0, 0.01, 0.99], [0.34, 0.33, 0.33]])
    assert answers(odds) == [*CLASSES, UNSURE]


def test_a_steeper_slope_is_surer():
    logits = np.array([[2.0, 0.0, -1.0]])
    flat, steep = (calibrated(logits, np.float32([slope]), np.zeros(3, np.float32)) for slope in (0.5, 2.0))
    assert steep[0, 0] > flat[0, 0] > 1 / 3
