"""What each step was given and made, as small pictures."""

import numpy as np
import pytest

from pipeline.spec import load_spec, parse_spec
from pipeline.trace_steps import LARGE_PX, trace_steps

PIXELS = 120_000_000


@pytest.fixture(scope="module")
def traced(sample_dir, sample_rows):
    path = next(row["path"] for row in sample_rows if row["image_id"] == "footwear_01_007")
    return list(trace_steps(load_spec("marketplace_white"), str(sample_dir / path), PIXELS))


def test_every_step_is_there_in_order_with_its_time(traced):
    assert [step.event.name for step in traced] == [use.name for use in load_spec("marketplace_white").steps]
    assert all(step.event.outcome == "done" and step.event.seconds > 0 for step in traced)


def test_each_shows_what_it_made_and_what_that_grew_out_of(traced):
    steps = {step.event.name: step for step in traced}
    assert {name: step.shows for name, step in steps.items()} == {
        "load_image": "image", "prepare_image": None, "balance_colour": "image", "correct_lighting": "image",
        "segment_subject": "confidence", "make_trimap": "trimap", "refine_matte": "alpha", "align_upright": "image",
        "crop_to_subject": "image", "enhance_detail": "image", "place_on_template": "flat",
    }  # fmt: skip
    assert steps["load_image"].before is None and steps["prepare_image"].after is None
    assert np.array_equal(steps["make_trimap"].before, steps["segment_subject"].after)
    assert np.array_equal(steps["refine_matte"].before, steps["make_trimap"].after)
    assert np.array_equal(steps["place_on_template"].before, steps["enhance_detail"].after)


def test_pictures_are_small_and_eight_bit(traced):
    for step in traced:
        for picture in (step.before, step.after):
            assert picture is None or (picture.dtype == np.uint8 and max(picture.shape[:2]) <= LARGE_PX)


def test_a_change_is_measured_where_the_frame_stays(traced):
    steps = {step.event.name: step for step in traced}
    assert steps["crop_to_subject"].changed_share is None, "another frame cannot be compared pixel by pixel"
    assert 0 < steps["enhance_detail"].changed_share < 1
    assert 0 < steps["enhance_detail"].largest_change <= 14, "the step's own limit"


def test_it_ends_at_the_step_that_fails_and_says_why(sample_dir, sample_rows):
    text = load_spec("marketplace_white").text.replace(
        'engine = "subject_net"', 'engine = "subject_net"\nleast_subject = 0.5', 1
    )
    path = next(row["path"] for row in sample_rows if row["image_id"] == "footwear_01_007")
    steps = list(trace_steps(parse_spec(text, where="strict.toml"), str(sample_dir / path), PIXELS))
    assert steps[-1].event.name == "segment_subject" and steps[-1].event.outcome == "failed"
    assert "no subject found" in steps[-1].event.error and steps[-1].after is None
