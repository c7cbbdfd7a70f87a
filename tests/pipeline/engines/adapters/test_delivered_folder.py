"""What a studio delivered, held against what was asked for."""

import dataclasses

import numpy as np
import pytest

from pipeline.cutout import Around, EngineFault
from pipeline.engines.adapters.delivered_folder import Params, delivery, facts, open_engine


def test_a_file_named_after_the_sku_is_the_answer(tmp_path, asked, product, cutout_bytes):
    (tmp_path / "delivered" / "week 47").mkdir(parents=True)
    (tmp_path / "delivered" / "week 47" / "disc-1.png").write_bytes(cutout_bytes)
    found = open_engine(Params(), Around(folder=tmp_path))(asked)
    assert np.abs(found.alpha * 255 - product[1]).max() < 0.5 and found.file_name == "disc-1.png"


def test_a_file_named_after_the_photo(tmp_path, asked, cutout_bytes):
    (tmp_path / "delivered").mkdir()
    (tmp_path / "delivered" / "disc_01_cut.png").write_bytes(cutout_bytes)
    assert open_engine(Params(match="name", suffix="_cut"), Around(folder=tmp_path))(asked).file == cutout_bytes


def test_missing_extra_and_double_are_told(tmp_path, asked, cutout_bytes):
    folder = tmp_path / "delivered"
    (folder / "again").mkdir(parents=True)
    for name in ("A.png", "again/a.png", "B.png", "stranger.png", "notes.txt"):
        (folder / name).write_bytes(cutout_bytes)
    wanted = [dataclasses.replace(asked, image_id=i, sku=s) for i, s in (("1", "A"), ("2", "B"), ("3", "C"))]
    found = delivery(wanted, Params(), tmp_path)
    assert found.found == ("2",) and found.missing == ("3",) and found.extra == ("stranger.png",)
    assert found.doubled == {"1": ("A.png", "a.png")}
    engine = open_engine(Params(), Around(folder=tmp_path))
    for one, kind in ((wanted[0], "doubled"), (wanted[2], "missing")):
        with pytest.raises(EngineFault) as caught:
            engine(one)
        assert caught.value.kind == kind


def test_another_size_and_half_a_file(tmp_path, asked, cutout_bytes):
    import cv2

    folder = tmp_path / "delivered"
    folder.mkdir()
    other = cv2.imencode(".png", np.dstack([np.zeros((50, 50, 3), np.uint8), np.eye(50, dtype=np.uint8) * 255]))[1]
    for data, kind in ((other.tobytes(), "other_size"), (cutout_bytes[:200], "broken_file")):
        (folder / "DISC-1.png").write_bytes(data)
        with pytest.raises(EngineFault) as caught:
            open_engine(Params(), Around(folder=tmp_path))(asked)
        assert caught.value.kind == kind


def test_a_link_out_of_the_folder_is_not_followed(tmp_path, asked, cutout_bytes):
    (tmp_path / "delivered").mkdir()
    (tmp_path / "private.png").write_bytes(cutout_bytes)
    (tmp_path / "delivered" / "DISC-1.png").symlink_to(tmp_path / "private.png")
    assert delivery([asked], Params(), tmp_path).missing == ("disc_01",)


def test_another_delivery_is_another_engine(tmp_path, cutout_bytes):
    (tmp_path / "delivered").mkdir()
    empty = facts(Params(), tmp_path)
    (tmp_path / "delivered" / "A.png").write_bytes(cutout_bytes)
    assert facts(Params(), tmp_path) != empty


def test_no_such_folder(tmp_path):
    with pytest.raises(EngineFault, match="no such folder"):
        open_engine(Params(folder="nowhere"), Around(folder=tmp_path))
