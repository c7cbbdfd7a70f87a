"""What every training must be, found by listing the folder."""

import inspect

import pytest

from pipeline import registry
from pipeline.training.training import BETTER, Evaluation, Item, Training, TrainingRequest
from workbench.domain.errors import UsageError


@pytest.mark.parametrize("name", registry.names("training"))
def test_the_file_is_its_name(name):
    training = registry.training(name)
    assert isinstance(training, Training) and training.name == name and training.title
    assert list(inspect.signature(training.train).parameters) == ["request"]
    assert len(inspect.signature(training.evaluate).parameters) == 1


def test_parts_and_records_are_not_trainings():
    assert "training" not in registry.names("training") and "subject_net_parts" not in registry.names("training")
    with pytest.raises(UsageError, match="did you mean 'classical_evidence'"):
        registry.training("classical_evidense")


def test_a_request_says_nothing_unless_asked(tmp_path, capsys):
    TrainingRequest(out=tmp_path).say("words")
    assert capsys.readouterr().out == ""


def test_an_evaluation_knows_which_measures_decide():
    row = Item("a/1", "sheer", "a", {"iou": 0.9, "seconds": 2.0})
    found = Evaluation(name="toy", test_set="t", rows=(row,))
    assert found.better is BETTER and "seconds" not in found.better
    assert row == ("a/1", "sheer", "a", {"iou": 0.9, "seconds": 2.0})
