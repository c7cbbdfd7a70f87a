"""Moles painted over where a spec asks for it, and only there."""

import json

import cv2
import numpy as np
import pytest
from PIL import Image

from pipeline.compute import Task, compute, through_steps
from pipeline.image import check_values, freeze
from pipeline.skin.judge_spots import JudgedSpot
from pipeline.skin.spot import Spot
from pipeline.spec import load_spec, parse_spec, shipped_specs
from pipeline.steps.detect_moles import Spots
from pipeline.steps.remove_moles import STEP
from pipeline.trace_steps import trace_steps
from workbench.domain.errors import SpecError, StepFailed

CHAIN = ("load_image", "segment_subject", "make_trimap", "refine_matte", "detect_moles", "remove_moles")


def spec(*steps):
    text = 'name = "beauty"\ntitle = "Beauty"\ndescription = "Moles go."\n'
    return parse_spec(text + "".join(f'\n[[steps]]\nstep = "{step}"\n' for step in steps), where="beauty.toml")


def judged(x, y, side=7, answer="mole", odds=0.95):
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)) > 0
    spot = Spot(
        shape="blob", x_px=x, y_px=y, size_px=side, contrast=0.4, left=x - side // 2, top=y - side // 2, mask=disc
    )
    return JudgedSpot(spot=spot, answer=answer, odds=(odds, 0.0, 1 - odds))


def skin(*spots, depth=np.uint8, where=None):
    """Grainy skin with dark discs at the spots; ``where`` skin is, everywhere if None."""
    rng = np.random.default_rng(0)
    image = np.clip(np.array([190.0, 150, 130]) + rng.normal(0, 4, (140, 180, 3)), 0, 255).astype(depth)
    image = image * depth(257 if depth == np.uint16 else 1)
    for one in spots:
        box = np.s_[one.spot.top : one.spot.top + one.spot.height, one.spot.left : one.spot.left + one.spot.width]
        image[box][one.spot.mask] //= 3
    alpha = freeze(np.ones(image.shape[:2], np.float32))
    found = Spots(judged=tuple(spots), skin=alpha > 0 if where is None else where, geometry=np.eye(3))
    return {"image": freeze(image), "foreground": freeze(image), "alpha": alpha, "spots": found,
            "geometry": freeze(np.eye(3))}  # fmt: skip


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_a_mole_goes_and_nothing_else_changes(depth):
    given = skin(judged(60, 70), judged(120, 70, answer="hair"), judged(90, 30, answer="unsure"), depth=depth)
    done = STEP.run(**given, params=STEP.params())
    check_values({**given, **done}, where="remove_moles")
    changed = (done["image"] != given["image"]).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert changed.any() and np.hypot(rows - 70, columns - 60).max() < 10
    centre = done["image"][70, 60] / (257 if depth == np.uint16 else 1)
    assert np.abs(centre - (190, 150, 130)).max() < 20
    assert np.array_equal(done["foreground"], done["image"]) and done["removal"].removed == 1
    assert 0 < changed.mean() <= done["removal"].changed_share


@pytest.mark.parametrize(
    ("spot", "params", "field"),
    [
        (judged(60, 70, odds=0.7), {}, None), (judged(60, 70, side=21), {"largest": 0.05}, "left_too_large"),
        (judged(3, 70), {}, "left_no_clean_skin"),
    ],
)  # fmt: skip
def test_what_is_not_removed_is_said_and_the_arrays_are_the_same(spot, params, field):
    given = skin(spot)
    done = STEP.run(**given, params=STEP.params(**params))
    assert done["image"] is given["image"] and done["foreground"] is given["foreground"]
    assert done["removal"].removed == 0 and (field is None or getattr(done["removal"], field) == 1)


def test_a_mole_at_the_edge_of_the_skin_stays():
    where = np.zeros((140, 180), bool)
    where[:, :63] = True
    done = STEP.run(**skin(judged(60, 70), where=where), params=STEP.params())
    assert done["removal"].left_no_clean_skin == 1 and done["removal"].changed_share == 0


def test_spots_of_another_geometry_are_refused():
    given = skin(judged(60, 70)) | {"geometry": freeze(np.diag([2.0, 2.0, 1.0]))}
    with pytest.raises(StepFailed, match="turned or cropped after the spots were found"):
        STEP.run(**given, params=STEP.params())


def test_a_run_keeps_what_was_found_and_removed(sample_dir, tmp_path):
    path, asked = str(sample_dir / "renders" / "hair_beauty_01_003" / "raw.jpg"), spec(*CHAIN)
    task = Task(path=path, photo_hash="a" * 64, result_key=asked.result_key("a" * 64), spec=asked,
                workspace=str(tmp_path), pixel_limit=10**8)  # fmt: skip
    made = compute(task)
    assert made.outcome == "done", made.failure_reason
    assert made.attributes["moles.moles"] >= made.attributes["removal.removed"] >= 1
    assert len(json.loads(made.attributes["moles.boxes"])) >= made.attributes["moles.moles"]
    assert not any(name.startswith("spots.") for name in made.attributes)


def test_a_spec_that_asks_for_it_removes_moles_under_the_matte(sample_dir):
    path = str(sample_dir / "renders" / "hair_beauty_01_003" / "raw.jpg")
    values = through_steps(spec(*CHAIN).steps, {"path": path, "pixel_limit": 10**8}, [])
    assert values["removal"].removed >= 1
    with Image.open(path) as photo:
        changed = (values["image"] != np.asarray(photo.convert("RGB"))).any(axis=2)
    assert changed.any() and not changed[~values["spots"].skin].any() and values["alpha"][changed].min() >= 0.999
    boxes = [box for box in json.loads(values["moles"].boxes) if box[4] == "mole"]
    assert len(boxes) == values["moles"].moles


def test_the_trace_shows_the_boxes(sample_dir):
    path = str(sample_dir / "renders" / "hair_beauty_01_003" / "raw.jpg")
    traced = list(trace_steps(spec(*CHAIN), path, 10**8))
    detect, remove = traced[-2:]
    assert detect.shows == "marked" and detect.before.shape == detect.after.shape
    assert 0 < (detect.before != detect.after).any(axis=2).mean() < 0.1
    assert remove.shows == "image" and 0 < remove.changed_share < 0.01


def test_removal_needs_to_be_asked_for_after_detection():
    with pytest.raises(SpecError, match="remove_moles needs spots.*detect_moles"):
        spec(*(step for step in CHAIN if step != "detect_moles"))
    for name in shipped_specs():
        assert not {use.name for use in load_spec(name).steps} & {"detect_moles", "remove_moles"}
