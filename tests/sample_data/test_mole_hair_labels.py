"""The labelled crops, marks and outlines agree with their files, to the byte."""

import csv
import hashlib
from collections import Counter, defaultdict

import numpy as np
import pytest
from PIL import Image

from pipeline.models.mole_hair import CLASSES, UNSURE
from pipeline.training.mole_hair_parts.labelled import FOLDER, STORED
from pipeline.training.mole_hair_parts.spot_recall import marks


def table(name):
    with open(FOLDER / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def split_of(file_name):
    part = int(hashlib.sha256(file_name.encode()).hexdigest(), 16) % 10
    return "test" if part < 2 else "validation" if part == 2 else "train"


def test_every_row_is_a_crop_and_every_crop_a_row():
    by_source = defaultdict(list)
    for row in table("labels.csv"):
        by_source[row["source"]].append(row)
    assert {f"{source.removesuffix('.jpg')}.webp" for source in by_source} == {
        path.name for path in (FOLDER / "crops").iterdir()
    }
    for source, rows in by_source.items():
        with Image.open(FOLDER / "crops" / f"{source.removesuffix('.jpg')}.webp") as image:
            strip = np.asarray(image.convert("RGB"))
        assert strip.shape == (STORED, STORED * len(rows), 3)
        assert sorted(int(row["strip_index"]) for row in rows) == list(range(len(rows)))
        for row in rows:
            crop = strip[:, STORED * int(row["strip_index"]) :][:, :STORED]
            assert hashlib.sha256(np.ascontiguousarray(crop).tobytes()).hexdigest() == row["crop_hash"], row


def test_a_row_is_what_a_labelling_project_can_import():
    rows = table("labels.csv")
    assert len({row["crop_hash"] for row in rows}) == len(rows)
    for row in rows:
        assert row["label"] in (*CLASSES, UNSURE) and row["annotator"] and row["labelled_at"].endswith("Z")
        assert row["made"] in ("assisted", "program")  # nobody claims that a person looked
        assert int(row["width"]) > 0 and int(row["height"]) > 0 and float(row["crop_side"]) > 0
    again = table("labels_second_pass.csv")
    assert {row["crop_hash"] for row in again} <= {row["crop_hash"] for row in rows} and len(again) == 180


def test_the_split_is_by_photo_and_the_test_is_large_enough():
    rows = table("labels.csv")
    for row in rows:
        expected = split_of(row["source"]) if row["source_kind"] == "dermoscopy" else None
        expected = expected or ("test" if row["source"].startswith("hair_beauty_03") else "train")
        assert row["split"] == expected, row
    decided = Counter(row["split"] for row in rows if row["label"] != UNSURE)
    assert len(rows) >= 1200 and decided["test"] >= 600
    assert not any(row["made"] == "program" for row in rows if row["split"] == "test")


@pytest.mark.parametrize(
    ("name", "split", "least"),
    [("spots_marked.csv", "test", 300), ("spots_train.csv", "train", 100), ("spots_validation.csv", "validation", 100)],
)
def test_marks_lie_in_photos_of_their_split(name, split, least):
    found = marks(FOLDER / name)
    assert sum(len(marked) for marked in found.values()) >= least
    assert {split_of(source) for source in found} == {split}
    points = {"mole": lambda n: n == 2, "dark spot": lambda n: n == 1, "hair": lambda n: n >= 2}
    assert all(points[mark.kind](len(mark.points)) for marked in found.values() for mark in marked)


def test_outlines_of_skin_lie_in_their_photos():
    rows = table("skin_outlines.csv")
    assert {row["photo"] for row in rows} == {path.name for path in (FOLDER / "skin").iterdir()}
    for row in rows:
        with Image.open(FOLDER / "skin" / row["photo"]) as image:
            width, height = image.size
        corners = [tuple(map(int, corner.split(","))) for corner in row["points"].split()]
        assert len(corners) >= 3 and all(0 <= x < width and 0 <= y < height for x, y in corners)
    for row in rows:
        own = "test" if row["source"].startswith("hair_beauty_03") else "train"
        assert row["split"] == (own if row["source"].startswith("hair_beauty") else row["split"])
