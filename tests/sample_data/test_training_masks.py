"""The masks of real photos are what their table says, and are drawn again from their anchors."""

import csv
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.evaluation.boundary_f import boundary_f
from pipeline.evaluation.iou import iou
from pipeline.training.masks_parts.draw_mask import NOT_KNOWN, SUBJECT, Outline, draw_mask

FOLDER = Path(__file__).resolve().parents[2] / "sample_data/training/masks"
REDRAWN = 8  # of the test photos: two seconds


def _rows(name: str) -> list[dict[str, str]]:
    with open(FOLDER / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


ROWS = _rows("masks.csv")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _split(name: str) -> str:
    number = int(_sha256_of_text(name), 16) % 10
    return "test" if number < 2 else "validation" if number == 2 else "train"


def _sha256_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _outlines(name: str, file: str) -> list[Outline]:
    drawn = json.loads((FOLDER / name).read_text(encoding="utf-8"))[file]
    return [
        Outline(
            kind=one["kind"],
            anchors=tuple((x, y) for x, y in one["anchors"]),
            straight=tuple(one["straight"]),
            reach_px=one["reach_px"],
        )
        for one in drawn
    ]


def _photo(file: str) -> np.ndarray:
    return cv2.imread(str(FOLDER / file), cv2.IMREAD_COLOR_RGB)


def _mask(file: str) -> np.ndarray:
    return cv2.imread(str((FOLDER / file).with_suffix(".png")), cv2.IMREAD_UNCHANGED)


def test_every_file_has_its_row_and_its_hash():
    named = {row["file"] for row in ROWS} | {str(Path(row["file"]).with_suffix(".png")) for row in ROWS}
    assert named == {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*")}
    for row in ROWS:
        assert _sha256(FOLDER / row["file"]) == row["sha256"], row["file"]
        assert _sha256((FOLDER / row["file"]).with_suffix(".png")) == row["mask_sha256"], row["file"]


def test_masks_fit_their_photos_and_say_what_is_not_known():
    for row in ROWS:
        mask = _mask(row["file"])
        assert mask.shape == _photo(row["file"]).shape[:2] == (int(row["height_px"]), int(row["width_px"]))
        assert set(np.unique(mask)) <= {0, NOT_KNOWN, SUBJECT}
        assert (mask == SUBJECT).any()
        assert float(row["ignored_share"]) == pytest.approx((mask == NOT_KNOWN).mean(), abs=1e-5)


def test_splits_follow_the_rule_and_do_not_meet():
    with open(FOLDER.parent / "clothing_split.csv", newline="", encoding="utf-8") as file:
        by_sender = {row["sender_id"]: row["split"] for row in csv.DictReader(file)}
    assert by_sender == {sender: _split(sender) for sender in by_sender}
    for row in ROWS:
        rule = by_sender[row["sender_id"]] if row["sender_id"] else _split(Path(row["source"]).name)
        assert row["split"] == rule == Path(row["file"]).parts[0], row["file"]
    for column in ("source", "source_sha256", "sha256"):
        values = [row[column] for row in ROWS]
        assert len(values) == len(set(values)), column
    assert not {row["source"] for row in _rows("thrown_out.csv")} & {row["source"] for row in ROWS}


def test_test_masks_owe_nothing_to_an_engine():
    tested = [row for row in ROWS if row["split"] == "test"]
    assert len(tested) >= 80
    assert {row["begun_from"] for row in tested} == {"nothing"}
    anchored = json.loads((FOLDER / "anchors.json").read_text(encoding="utf-8"))
    assert {row["file"] for row in ROWS if row["begun_from"] == "nothing"} == set(anchored)


def test_nobody_is_said_to_have_looked_who_did_not():
    assert {row["annotator"] for row in ROWS} == {"vision-model"}
    assert {row["how"] for row in ROWS} == {"assisted", "program"}
    assert all((row["how"] == "program") == (row["verdict"] == "accepted") for row in ROWS)


@pytest.mark.parametrize("file", sorted(row["file"] for row in ROWS if row["split"] == "test")[::11][:REDRAWN])
def test_masks_are_drawn_again_from_their_anchors(file):
    assert np.array_equal(draw_mask(_photo(file), _outlines("anchors.json", file)), _mask(file))


def test_two_outlines_of_a_photo_agree_as_well_as_the_readme_says():
    found = []
    for file in json.loads((FOLDER / "second_anchors.json").read_text(encoding="utf-8")):
        first = _mask(file)
        second, first = (
            ((mask == SUBJECT) & (first != NOT_KNOWN)).astype(np.float32)
            for mask in (draw_mask(_photo(file), _outlines("second_anchors.json", file)), first)
        )
        found.append((iou(second, first), boundary_f(second, first)))
    assert np.mean(found, axis=0) == pytest.approx((0.992, 0.939), abs=0.001)
