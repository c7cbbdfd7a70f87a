"""Freezing labels: what labelers agreed on over what was there, by photo, without leaks, and a training that reads it."""

import csv
import dataclasses
import functools
import json
import shutil
from collections import Counter

import numpy as np
import pytest
from typer.testing import CliRunner

from labeling.datasets.frozen import open_dataset
from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.restore_model import restore_model
from pipeline.models.save_model import save_model
from pipeline.training import mole_hair
from pipeline.training.mole_hair_parts import measure_skin
from pipeline.training.mole_hair_parts.labelled import FOLDER, labelled, rows_of
from pipeline.training.mole_hair_parts.network import fit
from pipeline.training.mole_hair_parts.skin import skin_photos
from pipeline.training.training import TrainingRequest
from workbench import lake
from workbench.cli import app
from workbench.domain.errors import LabelingError, UsageError
from workbench.jobs.freeze_dataset import datasets_home, freeze_dataset
from workbench.jobs.label_consensus import label_consensus
from workbench.jobs.promote_model import promote_model
from workbench.jobs.simulate_labelers import simulate_labelers
from workbench.jobs.train_model import train_model
from workbench.lake import label_worth
from workbench.settings import load

FEW = 150


@pytest.fixture
def candidates(tmp_path):
    """Some of the shipped candidates as a folder of their own; ``change`` edits a row."""

    def make(change=lambda row: row, number=FEW):
        folder = tmp_path / "candidates"
        rows = [row for row in rows_of() if row["split"] != "test"][:number] + [
            r for r in rows_of() if r["split"] == "test"
        ][:20]
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "crops").mkdir(parents=True)
        for source in {row["source"] for row in rows}:
            name = f"{source.removesuffix('.jpg')}.webp"
            shutil.copy(FOLDER / "crops" / name, folder / "crops" / name)
        with open(folder / "labels.csv", "w", newline="", encoding="utf-8") as file:
            sheet = csv.DictWriter(file, list(rows[0]))
            sheet.writeheader()
            sheet.writerows(change(dict(row)) for row in rows)
        return folder

    return make


def decide(settings, *found):
    with lake.open(settings) as store:
        label_worth.append_consensus(store, "mole_hair", "answer", "dawid_skene", [
            {"item_key": key, "value": value, "posterior": {value or "mole": sure}, "labelers": 3, "disputed": sure < 0.9}
            for key, value, sure in found
        ])  # fmt: skip


def test_labelers_come_before_the_folder_and_disputes_stay_out(tmp_path, candidates):
    ours, folder = load(workspace=tmp_path / "ws"), candidates()
    first = freeze_dataset("spots", ours, folder=folder, labels="file")
    assert first.new and first.frozen.card.version == 1 and set(first.frozen.card.labels_from) == {"vision-model"}
    rows = first.frozen.rows()
    assert not freeze_dataset("spots", ours, folder=folder).new  # nothing was labelled since
    change, quarrel = rows[0]["crop_hash"], rows[1]["crop_hash"]
    other = "hair" if rows[0]["label"] != "hair" else "mole"
    decide(ours, (change, other, 0.97), (quarrel, "mole", 0.6), ("f" * 64, "mole", 0.99))
    second = freeze_dataset("spots", ours, folder=folder).frozen
    now = {row["crop_hash"]: row for row in second.rows()}
    assert (now[change]["label"], now[change]["annotator"]) == (other, "consensus (dawid_skene)")
    assert quarrel not in now and second.card.left_out == {"disputed": 1, "not among the candidate crops": 1}
    assert second.card.against == {"added": 0, "removed": 1, "changed": 1}
    with lake.open(ours) as store:
        label_worth.append_settlement(store, "mole_hair", "answer", quarrel, "neither", by="zora")
    third = freeze_dataset("spots", ours, folder=folder).frozen
    assert {row["crop_hash"]: row for row in third.rows()}[quarrel]["annotator"] == "a lead's decision"
    assert "zora" not in (third.folder / "labels.csv").read_text()  # nobody is named in a dataset
    assert open_dataset("spots@1", datasets_home(ours)).rows() == rows  # the first one is what it was
    only = freeze_dataset("few", ours, folder=folder, labels="lake").frozen
    assert only.card.items == 2 and Counter(row["made"] for row in only.rows()) == {"labelers": 2}


def test_what_simulated_labelers_said_stays_out_unless_it_is_asked_for(tmp_path):
    ours = load(workspace=tmp_path / "ws")
    simulate_labelers(ours, items=90)
    label_consensus("mole_hair", ours)
    with pytest.raises(UsageError, match="no label to freeze"):
        freeze_dataset("spots", ours, labels="lake")
    real = freeze_dataset("spots", ours).frozen  # the folder's own labels, as if nobody had simulated anything
    assert real.card.simulated == 0 and set(real.card.labels_from) == {"vision-model"}
    assert real.card.left_out["answers of simulated labelers"] == 90
    made = freeze_dataset("made_up", ours, labels="lake", include_simulated=True).frozen
    assert made.card.simulated == made.card.items > 60 and "--include-simulated" in made.card.made_by
    assert all(name.startswith("simulated labelers, consensus") for name in made.card.labels_from)
    assert {row["made"] for row in made.rows()} == {"simulated labelers"}
    card = mole_hair._card(mole_hair.learned_from(made.folder), TrainingRequest(out=tmp_path, data=made.folder))
    assert card.facts["simulated_labels"] == made.card.items and "simulated labelers" in card.simulated[-1]


def test_a_photo_in_two_splits_is_refused(tmp_path, candidates):
    ours = load(workspace=tmp_path / "ws")
    tested = labelled(("test",)).sources[0]
    folder = candidates(lambda row: row | {"split": "train" if row["source"] == tested else row["split"]})
    with pytest.raises(LabelingError, match="1 photos stand in two splits"):
        freeze_dataset("spots", ours, folder=folder, labels="file")
    assert not datasets_home(ours).exists()


def test_nothing_to_freeze_and_unknown_words(tmp_path, candidates):
    ours = load(workspace=tmp_path / "ws")
    with pytest.raises(UsageError, match="no label to freeze"):
        freeze_dataset("spots", ours, folder=candidates(lambda row: row | {"label": ""}, 5))
    with pytest.raises(UsageError, match="labels from 'server'.*both"):
        freeze_dataset("spots", ours, labels="server")


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A copy of the shipped weights for the commands to replace; two members learn, and skin from and on a few photos."""
    weights = shutil.copytree(WEIGHTS, tmp_path / "product" / "weights")
    monkeypatch.setattr(promote_model, "__kwdefaults__", {"folder": weights, "try_only": False})
    monkeypatch.setattr(restore_model, "__kwdefaults__", {"version": None, "folder": weights})
    photos = list(skin_photos("test"))
    few = [one for kind in ("outlined", "render", "close-up", "without") for one in photos if one.kind == kind][::12]
    monkeypatch.setattr(measure_skin, "skin_photos", lambda split: few)
    monkeypatch.setattr(mole_hair, "skin_photos", lambda split: few)
    monkeypatch.setattr(mole_hair, "MEMBERS", 2)
    return weights


def test_from_a_frozen_dataset_to_the_model_in_use_and_back(tmp_path, candidates, shipped, monkeypatch):
    """The commands end to end, with a training of a few steps: it is worse, and refused; one that is not takes its place."""
    ours = load(workspace=tmp_path / "ws")
    runner, at = CliRunner(), ["--workspace", str(ours.workspace)]
    frozen = runner.invoke(app, ["dataset", "freeze", "spots", "--labels", "file", "--from", str(candidates()), *at])
    assert "workbench models train mole_hair --dataset spots@1" in frozen.stdout
    monkeypatch.setattr(mole_hair, "fit", functools.partial(fit, steps=2))
    trained = runner.invoke(app, ["models", "train", "mole_hair", "--dataset", "spots@1", *at])
    assert trained.exit_code == 0, trained.output
    folder = ours.workspace / "models" / "mole_hair"
    card = load_model("mole_hair", folder).card
    assert card.facts["dataset"] == "spots@1" and card.facts["simulated_labels"] == 0
    assert card.facts["dataset_sha256"] == open_dataset("spots@1", datasets_home(ours)).card.sha256
    measured = json.loads(
        runner.invoke(app, ["models", "evaluate", "mole_hair", "--weights", str(folder), "--format", "json"]).stdout
    )
    whole = {row["measure"]: row["mean"] for row in measured if row["category"] == "all"}
    assert all(row["n"] for row in measured)
    own = {one.measure: one.value for one in card.figures if one.category is None}
    assert whole["auroc"] == pytest.approx(own["auroc"], abs=1e-4)  # the card says what the command measures

    worse = runner.invoke(app, ["models", "promote", "mole_hair", str(folder), "--format", "json"])
    assert worse.exit_code == 1 and "worse beyond noise" in worse.stderr and "mole_hair stays as it is" in worse.stderr
    assert (shipped / "mole_hair.safetensors").read_bytes() == (WEIGHTS / "mole_hair.safetensors").read_bytes()

    standing = load_model("mole_hair", shipped)
    nudged = {**standing.arrays, "calibration_slope": standing.arrays["calibration_slope"] * np.float32(1.0001)}
    save_model(tmp_path / "new", "mole_hair", nudged, dataclasses.replace(card, figures=standing.card.figures))
    done = runner.invoke(app, ["models", "promote", "mole_hair", str(tmp_path / "new")])
    assert done.exit_code == 0 and f"mole_hair@{standing.card.version + 1} is in use" in done.stderr, done.output
    assert load_model("mole_hair", shipped).card.facts["dataset"] == "spots@1"
    back = runner.invoke(app, ["models", "restore", "mole_hair"])
    assert back.exit_code == 0 and load_model("mole_hair", shipped).sha256 == standing.sha256


def test_a_training_asks_for_a_dataset_of_its_own_labels(tmp_path, candidates):
    ours = load(workspace=tmp_path / "ws")
    freeze_dataset("spots", ours, folder=candidates(number=20), labels="file")
    with pytest.raises(UsageError, match="risk cannot learn from spots@1"):
        train_model("risk", ours, dataset="spots@1", say=print)
    with pytest.raises(UsageError, match="no dataset 'spots@2'"):
        train_model("mole_hair", ours, dataset="spots@2", say=print)
