"""The training of mole or hair: resumes, stops, and the shipped card is what evaluation finds."""

import numpy as np
import pytest

from pipeline.models.compare_models import compare_models
from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.training import mole_hair as training
from pipeline.training.mole_hair_parts.labelled import labelled
from pipeline.training.training import TrainingRequest
from workbench.domain.errors import OutOfTime


def test_the_card_is_reproduced():
    figures = {(one.category, one.measure): one for one in load_model("mole_hair").card.figures}
    found = training.evaluate(WEIGHTS)
    items = found.rows
    compared = compare_models(found, found).lines  # a promotion asks every question that the test set has
    assert {line.measure for line in compared} == set(training.BETTER)
    for category, measure in (
        ("dermoscopy", "correct"), ("render", "correct"), ("render", "brier"), ("skin, outlined", "skin_iou"),
        ("skin, without", "skin_found_where_none_is"),
    ):  # fmt: skip
        own = [row.measures[measure] for row in items if row.category == category]
        assert np.mean(own) == pytest.approx(figures[category, measure].value, abs=1e-4), (category, measure)
        assert len(own) == figures[category, measure].n
    whole = figures[None, "auroc"]
    assert whole.n == len(labelled(("test",))) >= 600 and whole.low < whole.value < whole.high
    moles = [row.measures["auroc"] for row in items if "auroc" in row.measures]
    assert np.mean(moles) == pytest.approx(whole.value, abs=1e-4)
    brightness = figures[None, "auroc_of_brightness_alone"]
    assert whole.low > brightness.high  # brightness does not explain it, and not within one size either
    assert figures[None, "auroc_within_sizes"].value > figures[None, "auroc_of_brightness_within_sizes"].high


def test_no_photo_is_learned_from_and_tested_on():
    assert not set(labelled(training.LEARNED).sources) & set(labelled(("test",)).sources)


def test_all_crops_of_a_photo_are_held_out_together():
    sources = np.array(["a", "a", "b", "c", "d", "e", "b"])
    fold = training.folds(sources, seed=3)
    assert all(len(set(fold[sources == one])) == 1 for one in "abcde")
    assert set(fold) == set(range(training.MEMBERS)) and np.array_equal(fold, training.folds(sources, seed=3))


def test_a_training_that_was_stopped_goes_on_with_its_members(tmp_path, monkeypatch):
    def trained(data, *, seed, say):
        learned.append(seed)
        return {"head_bias": np.full(3, seed, np.float32)}

    learned, data = [], labelled(("validation",))
    monkeypatch.setattr(training, "fit", trained)
    request = TrainingRequest(out=tmp_path)
    first = training._member(request, data, 1)
    again = training._member(request, data, 1)
    assert learned == [1] and np.array_equal(first["head_bias"], again["head_bias"])
    training._member(request, data.take(np.arange(5)), 1)  # learned from other crops: not the same member
    training._member(TrainingRequest(out=tmp_path, resume=False), data, 1)
    assert learned == [1, 1, 1]


def test_no_minutes_left_says_how_to_go_on(tmp_path):
    with pytest.raises(OutOfTime, match="0 of 4 members.*the same command again"):
        training.train(TrainingRequest(out=tmp_path, minutes=0.0))
