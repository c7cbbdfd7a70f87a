"""Spots under the matte, told apart and shown; nothing changed."""

import json

import cv2
import numpy as np
import pytest

from pipeline.image import check_values, freeze
from pipeline.models.load_model import load_model
from pipeline.steps.detect_moles import STEP

WITH_MOLES = "hair_beauty_01_003"


def values(sample_dir, image_id=WITH_MOLES, depth=np.uint8):
    folder = sample_dir / "renders" / image_id
    image = cv2.cvtColor(cv2.imread(str(folder / "raw.jpg")), cv2.COLOR_BGR2RGB).astype(depth)
    alpha = cv2.imread(str(folder / "alpha.png"), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
    image = image * depth(257) if depth == np.uint16 else image
    return {"image": freeze(image), "alpha": freeze(alpha), "geometry": freeze(np.eye(3))}


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_moles_are_found_on_skin_and_shown(sample_dir, depth):
    given = values(sample_dir, depth=depth)
    found = STEP.run(**given, params=STEP.params())
    check_values({**given, **found}, where="detect_moles")
    moles = found["moles"]
    assert moles.moles >= 2 and 0.02 < moles.skin_share < 0.4
    assert moles.candidates == moles.moles + moles.hairs + moles.neither + moles.unsure
    boxes = json.loads(moles.boxes)
    assert sum(box[4] == "mole" for box in boxes) == moles.moles and boxes[0][4] == "mole"
    left, top, width, height, _, odds = boxes[0]
    assert 0.5 < odds <= 1
    changed = (found["marked"] != given["image"]).any(axis=2)
    assert changed[top - 6 : top + height + 6, left - 6 : left + width + 6].any()
    assert not changed[top : top + height, left + width // 2].all()  # a frame, not a patch
    assert not found["spots"].skin[given["alpha"] < 0.999].any()


def test_the_whole_subject_can_be_declared_skin(sample_dir):
    given = values(sample_dir)
    close_up = STEP.run(**given, params=STEP.params(skin="subject"))
    assert close_up["moles"].skin_share == pytest.approx((given["alpha"] >= 0.999).mean())
    assert close_up["moles"].candidates > STEP.run(**given, params=STEP.params())["moles"].candidates


def test_no_skin_no_spots(sample_dir):
    given = values(sample_dir) | {"alpha": freeze(np.zeros(values(sample_dir)["alpha"].shape, np.float32))}
    found = STEP.run(**given, params=STEP.params())
    assert found["moles"].candidates == 0 and found["moles"].boxes == "[]" and found["spots"].judged == ()
    assert np.array_equal(found["marked"], given["image"])


def test_the_weights_are_part_of_the_recipe():
    assert STEP.models == (load_model("mole_hair").sha256,)
