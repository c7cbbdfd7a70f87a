"""The risk model that is shipped says what its card says, from the data that is shipped with it."""

import numpy as np
import polars as pl
import pytest

from pipeline.evaluation.ranking import auroc
from pipeline.models.load_model import load_model
from pipeline.models.risk_features import FEATURES
from pipeline.models.risk_model import KNOWN, RiskModel
from pipeline.training import risk
from pipeline.training.risk_parts.table import SCHEMA
from pipeline.training.subject_net_parts.learned_from import learned_from


@pytest.fixture(scope="module")
def model():
    return RiskModel(load_model("risk"))


def _figure(test_set, measure):
    found = [
        one for one in load_model("risk").card.figures
        if (one.test_set, one.category, one.measure) == (test_set, None, measure)
    ]  # fmt: skip
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("name", [risk.RENDERS, risk.PHOTOS])
def test_the_test_figures_are_those_on_the_card(model, name):
    held = risk.by_source(risk.read("test"))[name]
    found = auroc(model.predict(held.select(FEATURES).to_numpy()), held["failed"].to_numpy())
    figure = _figure(name, "auroc")
    assert found == pytest.approx(figure.value) and figure.low < figure.value <= figure.high
    assert figure.n == held.height
    assert _figure(name, "calibration_error").value <= _figure(name, "calibration_error_if_perfect").high


def test_no_product_is_learned_from_and_tested_on():
    learned, held = risk.read("train"), risk.read("test")
    assert not set(learned["group"]) & set(held["group"])
    assert learned.schema == held.schema == pl.Schema(SCHEMA)
    assert learned["item"].is_unique().all() and held["item"].is_unique().all()
    assert learned.vstack(held).select(KNOWN.values()).n_unique() == 1
    trained_on = learned_from(risk.DATA.parents[1])
    assert set(learned.filter("seen")["group"]) == set(learned["group"]) & trained_on
    assert not set(held["group"]) & trained_on and not held["seen"].any()


def test_a_sample_photo_is_not_scored_by_what_learned_from_it(model):
    learned = risk.read("train").filter(pl.col("photo_hash").is_not_null())
    folds = [model.fold_of(digest) for digest in learned["photo_hash"]]
    assert set(folds) == {1, 2, 3, 4, 5} and model.fold_of("0" * 64) == 0
    own = np.concatenate(
        [model.predict(row.reshape(1, -1), member=fold) for row, fold in zip(learned.select(FEATURES).to_numpy(), folds, strict=True)]
    )  # fmt: skip
    together = learned.with_columns(risk=own)
    if learned.height == risk.read("train").height:
        assert auroc(own, together["failed"].to_numpy()) == pytest.approx(_figure(risk.LEARNED, "auroc").value)


def test_promotion_has_what_it_needs():
    from pipeline.models.load_model import WEIGHTS

    found = risk.evaluate(WEIGHTS)
    assert len(found.rows) == risk.read("test").height
    assert all(0 <= row.measures["brier"] <= 1 and row.measures["log_loss"] > 0 for row in found.rows)
