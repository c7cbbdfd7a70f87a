"""Freezing labels: what labelers agreed on over what was there, by photo, without leaks, and a training that reads it."""

import csv
import shutil
from collections import Counter

import pytest

from labeling.datasets.frozen import open_dataset
from pipeline.training import mole_hair
from pipeline.training.mole_hair_parts.labelled import FOLDER, labelled, rows_of
from pipeline.training.training import TrainingRequest
from workbench import lake
from workbench.domain.errors import LabelingError, UsageError
from workbench.jobs.freeze_dataset import datasets_home, freeze_dataset
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


def test_a_training_learns_from_a_dataset_and_says_so(tmp_path, candidates, monkeypatch):
    ours = load(workspace=tmp_path / "ws")
    card = freeze_dataset("spots", ours, folder=candidates(), labels="file").frozen.card
    asked = []
    monkeypatch.setattr(mole_hair, "fit", lambda data, **more: asked.append(data) or {})

    class Enough(Exception):
        """What is learned from was seen; the rest would take minutes."""

    def stop(*_):
        raise Enough

    monkeypatch.setattr(mole_hair, "torch_logits", stop)
    with pytest.raises(Enough):
        train_model("mole_hair", ours, dataset="spots@1", say=print)
    learned = {row["crop_hash"] for row in open_dataset("spots", datasets_home(ours)).rows() if row["split"] != "test"}
    assert set(asked[0].names) <= learned and len(asked[0]) > 50
    data = mole_hair.learned_from(datasets_home(ours) / "spots" / "1")
    made = mole_hair._card(data, TrainingRequest(out=tmp_path, data=datasets_home(ours) / "spots" / "1"))
    assert made.made_by.endswith("--dataset spots@1") and made.facts["dataset"] == "spots@1"
    assert made.facts["dataset_sha256"] == card.sha256 and "spots@1" in made.data[0].what
    with pytest.raises(UsageError, match="risk cannot learn from spots@1"):
        train_model("risk", ours, dataset="spots@1", say=print)
    with pytest.raises(UsageError, match="no dataset 'spots@2'"):
        train_model("mole_hair", ours, dataset="spots@2", say=print)
