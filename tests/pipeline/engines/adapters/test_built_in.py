"""Our own engines and PyMatting behind the interface every engine has."""

import dataclasses

import cv2
import numpy as np
import pytest

from pipeline.cutout import Around, EngineFault
from pipeline.engines.adapters import built_in, pymatting_trimap


def error(alpha, truth):
    return float(np.abs(alpha - truth / 255).mean())


@pytest.mark.parametrize("engines", [("classical",), ("classical", "subject_net")])
def test_an_engine_of_ours_cuts_the_disc_out(asked, product, engines):
    found = built_in.open_engine(built_in.Params(engines=engines), Around())(asked)
    assert error(found.alpha, product[1]) < 0.01 and 0 <= found.score <= 1


def test_a_sure_answer_outweighs_an_unsure_one():
    sure, unsure = np.full((1, 1), 0.99, np.float32), np.full((1, 1), 0.4, np.float32)
    assert built_in._combined([sure, unsure])[0, 0] > 0.85


@pytest.mark.parametrize("method", ["cf", "knn"])
def test_pymatting_solves_the_band_and_nothing_else(tmp_path, asked, product, method):
    truth = product[1]
    trimap = np.full(truth.shape, 128, np.uint8)
    kernel = np.ones((9, 9), np.uint8)
    trimap[cv2.erode(truth, kernel) == 255] = 255
    trimap[cv2.dilate(truth, kernel) == 0] = 0
    cv2.imwrite(str(tmp_path / "trimap.png"), trimap)
    one = dataclasses.replace(asked, trimap_path=str(tmp_path / "trimap.png"))
    alpha = pymatting_trimap.open_engine(pymatting_trimap.Params(method=method), Around())(one).alpha
    assert error(alpha, truth) < 0.01
    assert (alpha[trimap == 255] == 1).all() and (alpha[trimap == 0] == 0).all()
    small = pymatting_trimap.Params(method=method, most_mpx=0.02)
    assert error(pymatting_trimap.open_engine(small, Around())(one).alpha, truth) < 0.03


def test_pymatting_without_a_trimap_is_a_fault(asked):
    with pytest.raises(EngineFault, match="no trimap"):
        pymatting_trimap.open_engine(pymatting_trimap.Params(), Around())(asked)
