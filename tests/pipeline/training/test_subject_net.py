"""The whole training, small: from sample data to weights with figures, stopped and gone on."""

import csv
import shutil

import pytest

from pipeline.models.load_model import load_model
from pipeline.training.subject_net import TRAINING, evaluate_on, figures, train_to
from pipeline.training.subject_net_parts.plan import Plan, Stage
from pipeline.training.training import TrainingRequest
from workbench.domain.errors import OutOfTime

TINY = Plan(steps=3, stages=(Stage(until=1.0, side=64, batch=2),), warm_up=1, say_every=1)


@pytest.fixture(scope="module")
def small_sample(sample_dir, tmp_path_factory):
    """Three renders to train on, two to test on, one animal, no real photo."""
    root = tmp_path_factory.mktemp("sample")
    for name, count in (("renders", 3), ("renders_test", 2)):
        source = sample_dir / "training" / name
        (root / "training" / name).mkdir(parents=True)
        with open(source / "items.csv", newline="", encoding="utf-8") as file:
            rows = [
                row
                for row in csv.DictReader(file)
                if row["split"] in ("train", "test") and "_01_" not in row["image_id"]
            ]
        rows = rows[:: len(rows) // count][:count]
        with open(root / "training" / name / "items.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        for row in rows:
            for column in ("photo", "alpha", "foreground"):
                shutil.copy(sample_dir / row[column], root / row[column])
    with open(root / "manifest.csv", "w", encoding="utf-8") as file:
        file.write("image_id,path,alpha_path\n")
    return root


def test_a_training_stops_and_goes_on_to_weights_with_figures(small_sample, tmp_path):
    heard = []
    request = TrainingRequest(out=tmp_path, minutes=0.0, say=heard.append)
    with pytest.raises(OutOfTime, match="stopped at step 0 of 3.*to go on"):
        train_to(request, TINY, small_sample)
    stopped = load_model("subject_net", tmp_path).card
    assert not stopped.figures and stopped.failures[0] == "stopped at step 0 of 3: not fully trained"
    train_to(TrainingRequest(out=tmp_path, say=heard.append), TINY, small_sample)
    card = load_model("subject_net", tmp_path).card
    assert card.facts["steps"] == 3 and not card.failures[0].startswith("stopped")
    again = evaluate_on(tmp_path, small_sample, "test")
    assert card.figures == figures(again)
    assert {row.category.removeprefix("composed ") for row in again.rows} == {row.category for row in again.rows[:2]}
    assert len(again.rows) == 4 and len({row.group for row in again.rows}) == 2
    assert card.data[0].n == 3 and {figure.measure for figure in card.figures} >= set(again.rows[0].measures)


def test_the_same_scenes_every_time(small_sample, tmp_path):
    with pytest.raises(OutOfTime):
        train_to(TrainingRequest(out=tmp_path, minutes=0.0), TINY, small_sample)
    one, other = (evaluate_on(tmp_path, small_sample, "test") for _ in range(2))
    assert one == other and one.name == TRAINING.name
