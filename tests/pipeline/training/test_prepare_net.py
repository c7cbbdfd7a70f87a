"""The training runs from photos to weights, goes on where it was stopped, and ends the same."""

import csv
import shutil

import numpy as np
import pytest

from pipeline.models.compare_models import compare_models
from pipeline.models.load_model import load_model
from pipeline.training.prepare_net import evaluate_on, train_from
from pipeline.training.training import TrainingRequest
from workbench.domain.errors import OutOfTime


@pytest.fixture(scope="module")
def little(tmp_path_factory, sample_dir):
    """A sample folder with every sixteenth photo and a few renders."""
    sample = tmp_path_factory.mktemp("sample")
    folder = sample / "training" / "prepare"
    folder.mkdir(parents=True)
    with open(sample_dir / "training" / "prepare" / "photos.csv", newline="") as file:
        rows = [row for nth, row in enumerate(csv.DictReader(file)) if nth % 16 == 0]
    for row in rows:
        target = folder / row["file"]
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(sample_dir / "training" / "prepare" / row["file"], target)
    with open(folder / "photos.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    with open(sample_dir / "training" / "prepare" / "labels.csv", newline="") as file:
        labels = list(csv.DictReader(file))
    kept = {row["file"] for row in rows}
    with open(folder / "labels.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, labels[0])
        writer.writeheader()
        writer.writerows(row for row in labels if row["file"] in kept)
    with open(sample_dir / "manifest.csv", newline="") as file:
        manifest = [row for row in csv.DictReader(file) if row["image_id"].endswith(("_000", "_005"))]
    for row in manifest:
        row["path"] = str(sample_dir / row["path"])
    with open(sample / "manifest.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, manifest[0])
        writer.writeheader()
        writer.writerows(manifest)
    return sample


def test_a_stopped_training_ends_as_one_that_ran_through(little, tmp_path):
    through = train_from(TrainingRequest(out=tmp_path / "through"), little)
    said = []
    out = tmp_path / "stopped"
    with pytest.raises(OutOfTime, match="measured.*to go on"):
        train_from(TrainingRequest(out=out, minutes=1e-6), little)
    shutil.copytree(tmp_path / "through" / "measured", out / "measured")
    sorted((out / "measured").glob("turned_*"))[0].unlink()
    stopped = train_from(TrainingRequest(out=out, say=said.append), little)
    assert through.read_bytes() == stopped.read_bytes()
    (line,) = (line for line in said if "measured" in line)
    assert line.startswith("turned: ")

    model = load_model("prepare_net", stopped.parent)
    assert {figure.measure for figure in model.card.figures} >= {"macro_f1", "right", "auroc"}
    assert all(0 < least <= 1 for least in model.card.facts["least"].values())
    found = evaluate_on(stopped.parent, little, "validation")
    compared = compare_models(found, found).lines  # a promotion asks every question that the test set has
    assert {line.measure for line in compared} == {"correct", "log_loss", "brier"}
    correct = [row.measures["correct"] for row in found.rows if "correct" in row.measures]
    assert np.mean(correct) > 0.4  # one garment in fourteen, one category in eleven by chance
    assert {row.category.split(":")[0] for row in found.rows} == {"garment", "category", "shot_type", "flag"}
