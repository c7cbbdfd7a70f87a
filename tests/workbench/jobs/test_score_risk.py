"""Which risk an image gets: the trained model's inside of what it knows, the heuristic's everywhere else."""

import dataclasses
from datetime import UTC, datetime

import numpy as np
import pytest

from pipeline.models.card import Card, Data
from pipeline.models.load_model import load_model
from pipeline.models.risk_features import FEATURES
from pipeline.models.risk_model import NEEDED, RiskModel
from pipeline.models.save_model import save_model
from workbench.domain.errors import ModelError
from workbench.domain.records import Computation, Facts, Photo
from workbench.jobs import score_risk as module
from workbench.jobs.score_risk import score_risk
from workbench.routing.decide_lane import decide_lane
from workbench.routing.heuristic_risk import heuristic_risk
from workbench.routing.policy import load_policy

KNOWN = "f" * 64
WIDTH = len(FEATURES)
# the second member's intercept is another: a photo of fold 1 must be scored by it
ARRAYS = {
    "fill": np.zeros((2, WIDTH)), "mean": np.zeros((2, 2 * WIDTH)), "scale": np.ones((2, 2 * WIDTH)),
    "weight": np.tile(np.eye(1, 2 * WIDTH, FEATURES.index("doubt.scale_place")), (2, 1)),
    "intercept": np.array([-2.0, 1.0]), "calibration": np.array([1.0, 0.0]),
}  # fmt: skip
CARD = Card(
    name="risk", version=7, title="t", made_by="m", data=(Data(what="w", n=1, licence="CC0-1.0"),), split="s",
    figures=(), failures=("f",), input="i",
    facts={"kind": "logistic", "features": list(FEATURES), "engine": "subject_net", "engine_version": 2,
           "engine_weights": "abc", "second_engine": "classical", "folds": {KNOWN: 1}},
)  # fmt: skip


@pytest.fixture
def model(tmp_path, monkeypatch):
    save_model(tmp_path, "risk", ARRAYS, CARD)
    made = RiskModel(load_model("risk", tmp_path))
    monkeypatch.setattr(module, "_shipped", lambda: made)
    return made


MADE_BY = {"segmentation.engine": "subject_net", "segmentation.engine_version": 2, "segmentation.engine_weights": "abc",
           "doubt.second_engine": "classical"}  # fmt: skip


def _facts(photo_hash="a" * 64, engine="subject_net", **attributes):
    measured = dict.fromkeys(NEEDED, 0.1) | MADE_BY | {"doubt.scale_place": 0.5} | attributes
    made = Computation(
        result_key="k", photo_hash=photo_hash, spec_hash="s", outcome="done", made_at=datetime(2026, 1, 1, tzinfo=UTC),
        engine=engine, attributes=measured,
    )  # fmt: skip
    photo = Photo(set_id="s", image_id="i", sku="x", path="p", relative_path="p", category="apparel")
    return Facts(photo=photo, spec_name="n", spec_hash="s", computation=made)


def _logistic(score):
    return 1 / (1 + np.exp(-score))


def test_inside_of_what_it_knows_the_model_speaks(model):
    found = score_risk(_facts())
    assert found.value == pytest.approx(_logistic(0.5 - 2.0)) and found.calibrated and found.model == "risk@7"
    assert score_risk(_facts(**{"doubt.scale_place": 0.9})).value > found.value


def test_a_photo_it_learned_from_is_scored_by_the_member_that_did_not(model):
    assert score_risk(_facts(photo_hash=KNOWN)).value == pytest.approx(_logistic(0.5 + 1.0))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (_facts(**{"segmentation.engine": "grabcut"}), "segmentation.engine subject_net, not grabcut"),
        (_facts(**{"segmentation.engine_version": 3}), "segmentation.engine_version 2, not 3"),
        (_facts(**{"segmentation.engine_weights": "def"}), "segmentation.engine_weights abc, not def"),
        (_facts(**{"doubt.second_engine": "grabcut"}), "doubt.second_engine classical, not grabcut"),
        (_facts(**{"doubt.scale": None}), "doubt.scale was not measured"),
    ],
)
def test_outside_of_it_the_heuristic_does(model, facts, words):
    found = score_risk(facts)
    assert words in model.refuses(facts.computation)
    assert found.value == heuristic_risk(facts.computation) and not found.calibrated and found.model is None


def test_a_lane_names_the_model_and_says_calibrated(model):
    policy = load_policy("first", ())
    found, before = decide_lane(_facts(), policy, score=score_risk), decide_lane(_facts(), policy)
    assert found.risk_calibrated and found.risk == score_risk(_facts()).value
    assert any("(risk@7)" in reason.words for reason in found.reasons)
    assert not before.risk_calibrated and not any("(risk@" in reason.words for reason in before.reasons)
    assert found.routing_key != before.routing_key  # a new model routes anew without touching pixels


def test_damaged_weights_are_no_reason_to_fall_back(tmp_path, monkeypatch):
    save_model(tmp_path, "risk", ARRAYS, CARD)
    (tmp_path / "risk.safetensors").write_bytes(b"")
    monkeypatch.setattr(module, "WEIGHTS", tmp_path)
    monkeypatch.setattr(module, "load_model", lambda name: load_model(name, tmp_path))
    module._shipped.cache_clear()
    load_model.cache_clear()
    with pytest.raises(ModelError, match="truncated"):
        score_risk(_facts())
    (tmp_path / "risk.safetensors").unlink()
    (tmp_path / "risk.json").unlink()
    assert not score_risk(_facts()).calibrated
    module._shipped.cache_clear()


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"kind": "forest"}, "the kind is 'forest'"), ({"folds": None}, "facts lack"), ({}, "calibration")],
)
def test_weights_that_do_not_fit_the_code_are_refused(tmp_path, facts, words):
    given = {key: value for key, value in (CARD.facts | facts).items() if value is not None}
    arrays = ARRAYS if facts else ARRAYS | {"calibration": np.zeros(3)}
    save_model(tmp_path, "risk", arrays, dataclasses.replace(CARD, facts=given))
    with pytest.raises(ModelError, match=words):
        RiskModel(load_model("risk", tmp_path))
