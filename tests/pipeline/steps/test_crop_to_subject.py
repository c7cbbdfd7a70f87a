"""Framing: margins, shape and what lies beyond the photo."""

import numpy as np
import pytest

from pipeline.image import check_values, freeze
from pipeline.steps.crop_to_subject import CropToSubjectParams, crop_to_subject
from workbench.domain.errors import StepFailed


def values(box, size=(300, 400), dtype=np.uint8):
    """A dark product in a box (left, top, right, bottom) on light paper."""
    left, top, right, bottom = box
    alpha = np.zeros(size, np.float32)
    alpha[top:bottom, left:right] = 1.0
    photo = np.random.default_rng(0).integers(200, 210, (*size, 3)).astype(dtype)
    photo[top:bottom, left:right] = 20
    parts = {"image": photo, "foreground": photo, "alpha": alpha, "confidence": alpha, "trimap": alpha}
    return {name: freeze(part) for name, part in parts.items()} | {"geometry": freeze(np.eye(3))}


def run(given, **params):
    return crop_to_subject(**given, params=CropToSubjectParams(**params))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(
    ("aspect", "ratio"), [("1:1", 1.0), ("4:5", 0.8), ("16:9", 16 / 9), ("source", 4 / 3), ("subject", 0.5)]
)
def test_shape_margins_and_middle(aspect, ratio, dtype):
    out = run(values((150, 100, 200, 200), dtype=dtype), aspect=aspect, margin=0.1)
    height, width = out["alpha"].shape
    assert width / height == pytest.approx(ratio, abs=0.012)
    rows, columns = np.flatnonzero(out["alpha"].any(axis=1)), np.flatnonzero(out["alpha"].any(axis=0))
    above, below = rows[0], height - 1 - rows[-1]
    before, after = columns[0], width - 1 - columns[-1]
    assert abs(above - below) <= 1 and abs(before - after) <= 1
    assert min(above / height, before / width) == pytest.approx(0.1, abs=0.01)
    check_values(out, where="crop_to_subject")


def test_pixels_are_cut_not_resampled_and_the_matrix_says_where():
    given = values((150, 100, 200, 200))
    out = run(given)
    record = out["crop"]
    inside = given["image"][record.top_px : record.top_px + record.height_px, record.left_px :][:, : record.width_px]
    np.testing.assert_array_equal(out["image"], inside)
    np.testing.assert_allclose(out["geometry"] @ [record.left_px, record.top_px, 1], [0, 0, 1])


@pytest.mark.parametrize("box", [(2, 3, 60, 80), (340, 210, 399, 299), (0, 100, 400, 160)])
def test_missing_paper_is_made_of_paper(box):
    out = run(values(box), margin=0.15)
    assert out["crop"].padded_px > 0
    made_up = (out["alpha"] == 0).all(axis=1)
    assert out["image"][made_up].min() >= 200  # the product is never mirrored into the padding
    share = max((box[2] - box[0]) / out["crop"].width_px, (box[3] - box[1]) / out["crop"].height_px)
    assert share == pytest.approx(0.7, abs=0.01)


def test_a_photo_framed_as_asked_is_not_touched():
    given = values((140, 60, 260, 240), size=(300, 400))
    once = run(given, aspect="source", margin=0.2)
    again = run({name: once[name] for name in given}, aspect="source", margin=0.2)
    assert again["image"] is once["image"]


def test_specks_do_not_move_the_frame():
    given = values((1500, 1000, 2000, 2000), size=(3000, 4000))
    alpha = given["alpha"].copy()
    alpha[10, 10] = 1.0
    assert run(given | {"alpha": freeze(alpha)})["crop"] == run(given)["crop"]


def test_the_weight_may_be_the_focus():
    given = values((100, 100, 200, 200))
    alpha = given["alpha"].copy()
    alpha[140:150, 200:300] = 1.0  # a thin handle to the right
    given = given | {"alpha": freeze(alpha)}
    assert run(given, focus="weight")["crop"].focus_x_px < run(given, focus="box")["crop"].focus_x_px - 30


def test_nothing_is_ever_enlarged():
    given = values((10, 10, 14, 14))
    out = run(given)
    assert out["crop"].width_px < 10  # a tiny product gives a tiny crop
    np.testing.assert_array_equal(np.unique(out["image"][out["alpha"] == 1]), [20])


def test_no_product_no_crop():
    with pytest.raises(StepFailed, match="no product"):
        run(values((10, 10, 10, 10)))
