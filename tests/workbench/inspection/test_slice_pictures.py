"""Maps lie over the photo where they belong, grounds show the edge as it is, and nothing is made twice."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workbench.inspection.slice_pictures import back_to_photo, slice_pictures

SHIFT = (1.0, 0.0, -20.0, 0.0, 1.0, -10.0, 0.0, 0.0, 1.0)  # delivered = photo moved by 20 and 10 px


def square(size, box):
    picture = Image.new("L", size, 0)
    picture.paste(255, box)
    return picture


def test_a_map_goes_back_to_where_it_came_from():
    delivered = square((100, 100), (30, 40, 60, 70))
    back = np.asarray(back_to_photo(delivered, SHIFT, (160, 120), 1.0)) > 127
    assert (np.argwhere(back).min(0) == (50, 50)).all() and (np.argwhere(back).max(0) == (79, 79)).all()
    half = np.asarray(back_to_photo(delivered, SHIFT, (80, 60), 0.5)) > 127
    assert np.abs(np.argwhere(half).min(0) - (25, 25)).max() <= 1 and np.abs(half.sum() - 15**2) <= 30


def test_a_turned_and_enlarged_map_overlaps_the_photo_it_was_cut_from():
    turn, grow = np.deg2rad(3), 1.5
    matrix = np.array(
        [[grow * np.cos(turn), -grow * np.sin(turn), 12], [grow * np.sin(turn), grow * np.cos(turn), -8], [0, 0, 1]]
    )
    truth = square((200, 160), (70, 50, 130, 110))
    inverse = np.linalg.inv(matrix)
    delivered = truth.transform((340, 280), Image.Transform.AFFINE, tuple(inverse[:2].ravel()), Image.Resampling.BILINEAR)
    back = np.asarray(back_to_photo(delivered, tuple(matrix.ravel()), (200, 160), 1.0)) > 127
    was = np.asarray(truth) > 127
    assert (back & was).sum() / (back | was).sum() > 0.96


@pytest.fixture
def row(tmp_path):
    artefacts = tmp_path / "artefacts"
    artefacts.mkdir()
    cutout = np.zeros((60, 60, 4), np.uint8)
    cutout[15:45, 15:45] = (200, 40, 40, 255)
    cutout[15:45, 15] = (0, 255, 0, 0)  # what lies under clear pixels must not be seen
    Image.fromarray(cutout).save(artefacts / "c.cutout.png")
    Image.fromarray(cutout[..., 3]).save(artefacts / "a.alpha.png")
    files = [{"suffix": s, "path": f"artefacts/{s[0]}.{s}"} for s in ("cutout.png", "alpha.png")]
    return {
        "photo_hash": "f" * 64, "geometry": (1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0), "width_px": 60, "height_px": 60,
        "artefacts": files, "alpha_path": None, "path": "gone.jpg",
    }  # fmt: skip


def test_grounds_and_the_second_time(row, tmp_path):
    opened = []

    def photo(_):
        opened.append(1)
        return Image.new("RGB", (60, 60), (90, 90, 90))

    made = slice_pictures(row, workspace=tmp_path, media=tmp_path / "media", open_photo=photo)
    assert list(made.slices) == ["photo", "on_white", "on_black", "on_checker"] and set(made.maps) == {"alpha"}
    corner = {name: np.asarray(Image.open(one.file).convert("RGB"))[2, 2] for name, one in made.slices.items()}
    assert corner["on_white"].min() > 250 and corner["on_black"].max() < 5
    assert np.asarray(Image.open(made.slices["on_black"].file).convert("RGB"))[30, 15].max() < 60
    written = {file: file.stat().st_mtime_ns for file in Path(tmp_path / "media").rglob("*.*")}
    again = slice_pictures(row, workspace=tmp_path, media=tmp_path / "media", open_photo=photo)
    assert again == made and len(opened) == 1
    assert written == {file: file.stat().st_mtime_ns for file in Path(tmp_path / "media").rglob("*.*")}


def test_a_photo_that_is_gone_is_said_to_be(row, tmp_path):
    made = slice_pictures({**row, "artefacts": []}, workspace=tmp_path, media=tmp_path, open_photo=lambda row: None)
    assert list(made.slices) == ["photo"] and made.slices["photo"].width_px == 320 and not made.maps
