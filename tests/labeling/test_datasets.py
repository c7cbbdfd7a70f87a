"""A frozen dataset is never changed, and copies across the split are found whatever was done to them."""

import dataclasses
import io
import shutil

import numpy as np
import pytest
from PIL import Image

from labeling.datasets.frozen import DatasetCard, dataset_names, open_dataset, write_dataset
from labeling.datasets.near_copies import near_copies
from labeling.datasets.source_split import source_split
from pipeline.training.mole_hair_parts.labelled import labelled
from workbench.domain.errors import LabelingError, StorageFull, UsageError

CARD = DatasetCard(
    name="spots", version=1, project="mole_hair", question="answer", made_at="2026-11-21T12:00:00Z", made_by="a test",
    items=1, classes={"train": {"mole": 1}}, sources={"train": 1}, labels_from={"somebody": 1}, left_out={},
    split="by photo", leaks={},
)  # fmt: skip
ROWS = [{"crop_hash": "a" * 64, "source": "one.jpg", "label": "mole"}]


@pytest.fixture
def picture(tmp_path):
    file = tmp_path / "one.webp"
    Image.new("RGB", (96, 96), "tan").save(file)
    return {"one.webp": file}


def test_it_comes_back_as_it_was_written(tmp_path, picture):
    home = tmp_path / "datasets"
    written = write_dataset(home, CARD, ROWS, picture)
    write_dataset(home, dataclasses.replace(CARD, version=2), ROWS * 2, picture)
    assert dataset_names(home) == {"spots": [1, 2]}
    assert open_dataset("spots@1", home) == written and open_dataset("spots", home).card.version == 2
    assert written.rows() == ROWS and written.card.label == "spots@1"
    with pytest.raises(UsageError, match="spots@1 exists and is never changed"):
        write_dataset(home, CARD, ROWS, picture)
    assert not list(home.rglob("*.part"))


@pytest.mark.parametrize("file", ["labels.csv", "crops/one.webp"])
def test_a_file_that_was_changed_is_noticed(tmp_path, picture, file):
    frozen = write_dataset(tmp_path, CARD, ROWS, picture)
    path = frozen.folder / file
    assert path.stat().st_mode & 0o222 == 0  # nobody changes it by accident
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(LabelingError, match="spots@1 is not what was frozen"):
        open_dataset("spots@1", tmp_path)


@pytest.mark.parametrize("name", ["spots@7", "spot", "../spots", "spots@1/../1"])
def test_what_is_not_there_is_named(tmp_path, picture, name):
    write_dataset(tmp_path, CARD, ROWS, picture)
    with pytest.raises(UsageError, match="no dataset.*spots@1"):
        open_dataset(name, tmp_path)
    with pytest.raises(UsageError, match="as a name"):
        write_dataset(tmp_path, dataclasses.replace(CARD, name="../x"), ROWS, picture)


def test_a_full_disk_leaves_nothing(tmp_path, picture, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(StorageFull, match="No space left"):
        write_dataset(tmp_path / "d", CARD, ROWS, picture)
    assert dataset_names(tmp_path / "d") == {} and not list((tmp_path / "d").rglob("*.csv"))


def test_a_photo_keeps_its_split():
    names = [f"photo_{place}.jpg" for place in range(2000)]
    splits = [source_split(name) for name in names]
    assert splits == [source_split(name) for name in names]
    assert 0.17 < splits.count("test") / 2000 < 0.23 and 0.08 < splits.count("validation") / 2000 < 0.12


def test_copies_are_found_after_a_shift_another_light_and_a_jpeg():
    test = labelled(("test",))
    chosen = np.flatnonzero(test.labels == 0)[:40]  # moles of different photos: what looks alike when small

    def copy(crop):
        out = io.BytesIO()
        moved = np.clip(np.roll(crop, (3, -2), (0, 1)) * 1.1 + 5, 0, 255).astype(np.uint8)
        Image.fromarray(moved).save(out, "JPEG", quality=88)
        return np.asarray(Image.open(out))

    copies = np.stack([copy(crop) for crop in test.crops[chosen]])
    found = set(near_copies(test.crops[chosen], copies))
    same_photo = {(a, b) for a in range(40) for b in range(40) if test.sources[chosen[a]] == test.sources[chosen[b]]}
    assert len({(place, place) for place in range(40)} & found) >= 38
    assert found <= same_photo
    assert near_copies(test.crops[:0], copies) == []
