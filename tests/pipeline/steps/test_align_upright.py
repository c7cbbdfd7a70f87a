"""Levelling: symmetric products are turned upright, everything else stays as it is."""

import cv2
import numpy as np
import pytest

from pipeline.image import check_values, freeze
from pipeline.steps.align_upright import AlignUprightParams, align_upright

SIZE = (420, 380)


def bottle(tilt):
    """A bottle's matte that leans clockwise by ``tilt`` degrees, and a photo of it on grey paper."""
    scale = 4
    shape = np.zeros((SIZE[0] * scale, SIZE[1] * scale), np.uint8)
    middle = SIZE[1] * scale // 2
    for width, top, bottom in ((90, 150, 340), (36, 90, 160), (50, 70, 95)):
        cv2.rectangle(
            shape, (middle - width * scale // 2, top * scale), (middle + width * scale // 2, bottom * scale), 255, -1
        )
    turn = cv2.getRotationMatrix2D(((SIZE[1] * scale - 1) / 2, (SIZE[0] * scale - 1) / 2), -tilt, 1.0)
    shape = cv2.warpAffine(shape, turn, shape.shape[::-1])
    alpha = cv2.resize(shape, SIZE[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return alpha


def values(alpha, dtype=np.uint8):
    top = 255 if dtype == np.uint8 else 65535
    photo = np.rint((0.75 - 0.5 * alpha)[..., None].repeat(3, 2) * top).astype(dtype)
    trimap = np.where(alpha > 0.99, 1.0, np.where(alpha < 0.01, 0.0, 0.5)).astype(np.float32)
    parts = {"image": photo, "foreground": photo, "alpha": alpha, "confidence": alpha, "trimap": trimap}
    return {name: freeze(part) for name, part in parts.items()} | {"geometry": freeze(np.eye(3))}


def run(given, **params):
    return align_upright(**given, params=AlignUprightParams(**params))


@pytest.mark.parametrize("tilt", [-6.0, -2.5, -0.8, 0.8, 2.5, 6.0])
def test_a_leaning_bottle_is_levelled(tilt):
    out = run(values(bottle(tilt)))
    assert out["alignment"].turned_deg == pytest.approx(tilt, abs=0.25)
    assert np.abs(out["alpha"] - bottle(0.0)).mean() < 0.004  # before, at 0.8 degrees: 0.006
    check_values(out, where="align_upright")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_all_arrays_and_the_matrix_move_together(dtype):
    given = values(bottle(3.0), dtype)
    out = run(given)
    assert out["image"].dtype == dtype
    assert out["image"].shape[:2] == out["alpha"].shape == out["trimap"].shape
    assert set(np.unique(out["trimap"])) <= {0.0, 0.5, 1.0}
    before = np.argwhere(given["alpha"] > 0.5).mean(axis=0)[::-1]
    after = np.argwhere(out["alpha"] > 0.5).mean(axis=0)[::-1]
    np.testing.assert_allclose((out["geometry"] @ [*before, 1])[:2], after, atol=0.2)
    inside = out["alpha"] == 1
    assert (
        np.abs(out["foreground"][inside].astype(int) - out["image"][inside].astype(int)).max()
        <= np.iinfo(dtype).max / 255
    )


@pytest.mark.parametrize("tilt", [0.0, 0.2])
def test_an_upright_bottle_is_not_resampled(tilt):
    given = values(bottle(tilt))
    out = run(given)
    assert all(out[name] is given[name] for name in given)
    assert out["alignment"].reason == "no visible roll"


def test_a_ball_has_no_upright():
    alpha = np.zeros(SIZE, np.float32)
    cv2.circle(alpha, (190, 210), 110, 1.0, -1, cv2.LINE_AA)
    given = values(np.clip(alpha, 0, 1))
    out = run(given)
    assert out["image"] is given["image"]
    assert out["alignment"].reason is not None


def test_a_shoe_has_no_symmetry():
    alpha = np.zeros(SIZE, np.float32)
    cv2.fillPoly(alpha, [np.array([[60, 260], [70, 170], [140, 160], [180, 215], [310, 235], [320, 262]])], 1.0)
    out = run(values(alpha))
    assert out["alignment"].turned_deg == 0.0
    assert out["alignment"].evidence == "none"


def test_an_empty_matte_is_left_alone():
    given = values(np.zeros(SIZE, np.float32))
    assert run(given)["image"] is given["image"]


def test_a_level_rail_tells_when_the_product_does_not():
    given = values(np.zeros(SIZE, np.float32))
    photo = np.full((*SIZE, 3), 190, np.uint8)
    for y in (60, 110):  # a rail leaning clockwise: its right end is lower
        drop = int(np.tan(np.radians(3.0)) * SIZE[1])
        cv2.line(photo, (0, y), (SIZE[1], y + drop), (40, 40, 40), 6, cv2.LINE_AA)
    out = run(given | {"image": freeze(photo)})
    assert out["alignment"].evidence == "lines"
    assert out["alignment"].turned_deg == pytest.approx(3.0, abs=0.4)


def test_an_intended_lean_is_kept():
    given = values(bottle(5.0))
    out = run(given, max_degrees=3.0)
    assert out["image"] is given["image"]
    assert "too large" in out["alignment"].reason


def test_the_frame_grows_rather_than_cut_the_product():
    alpha = np.zeros(SIZE, np.float32)
    alpha[4:416, 150:230] = 1.0
    alpha[4:60, 5:375] = 1.0  # a T that almost fills the frame
    turn = cv2.getRotationMatrix2D(((SIZE[1] - 1) / 2, (SIZE[0] - 1) / 2), -4.0, 0.97)
    alpha = np.clip(cv2.warpAffine(alpha, turn, SIZE[::-1]), 0, 1)
    out = run(values(alpha))
    assert out["alignment"].turned_deg == pytest.approx(4.0, abs=0.3)
    assert out["alpha"].sum() == pytest.approx(alpha.sum(), rel=0.005)
