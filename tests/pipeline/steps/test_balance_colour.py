"""White balance: neutral paper becomes grey, coloured paper keeps its colour."""

import cv2
import numpy as np
import pytest

from pipeline.image import check_values, freeze
from pipeline.steps.balance_colour import BalanceColourParams, balance_colour
from pipeline.tone import to_encoded

SIZE = (200, 260)


def scene(paper, product=(0.08, 0.2, 0.35), cast=(1.0, 1.0, 1.0), bits=8, patch=None):
    """A product on paper under a cast; colours are linear."""
    light = np.tile(np.array(paper, float), (*SIZE, 1))
    light[60:160, 80:190] = product
    if patch is not None:
        light[80:120, 100:160] = patch
    light *= np.array(cast) * (1 + np.random.default_rng(0).normal(0, 0.01, (*SIZE, 1)))
    top = 255 if bits == 8 else 65535
    return freeze(np.rint(to_encoded(np.clip(light, 0, 1)) * top).astype(np.uint8 if bits == 8 else np.uint16))


def run(image, **params):
    return balance_colour(image=image, params=BalanceColourParams(**params))


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("level", [0.05, 0.25, 0.55])
def test_neutral_paper_becomes_grey(level, bits):
    out = run(scene((level,) * 3, cast=(1.15, 1.0, 0.85), bits=bits))
    record = out["colour_balance"]
    assert record.evidence == "paper"
    assert record.cast_r / record.cast_b == pytest.approx(1.15 / 0.85, rel=0.04)
    corner = out["image"][:40, :40].reshape(-1, 3).mean(axis=0) / (255 if bits == 8 else 65535)
    assert np.ptp(corner) < 0.012
    check_values(out, where="balance_colour")


@pytest.mark.parametrize("paper", [(0.72, 0.47, 0.42), (0.42, 0.56, 0.7), (0.66, 0.54, 0.4), (0.09, 0.45, 0.1)])
def test_coloured_paper_without_white_on_the_product_is_left_alone(paper):
    image = scene(paper)
    out = run(image)
    assert out["image"] is image
    assert out["colour_balance"].evidence == "none"
    assert "coloured paper" in out["colour_balance"].reason


def test_white_parts_of_the_product_tell_the_cast_on_coloured_paper():
    cast = (1.08, 1.0, 0.92)
    record = run(scene((0.5, 0.3, 0.26), cast=cast, patch=(0.7, 0.7, 0.7)))["colour_balance"]
    assert record.evidence == "highlights"
    assert record.cast_r / record.cast_b == pytest.approx(cast[0] / cast[2], rel=0.03)


def test_no_cast_changes_nothing():
    image = scene((0.55, 0.55, 0.55))
    out = run(image)
    assert out["image"] is image
    assert out["colour_balance"].reason == "no visible cast"


def test_the_spec_may_say_what_the_paper_is():
    beige = scene((0.55, 0.47, 0.38))
    assert run(beige, paper="coloured")["image"] is beige
    out = run(beige, paper="neutral")["image"]
    assert np.ptp(out[:40, :40].reshape(-1, 3).mean(axis=0)) < 3


def test_half_strength_takes_out_half():
    image = scene((0.4, 0.4, 0.4), cast=(1.2, 1.0, 0.8))
    warm = [np.log(pic[:40, :40, 0].mean() / pic[:40, :40, 2].mean()) for pic in (
        image, run(image, strength=0.5)["image"], run(image)["image"])]  # fmt: skip
    assert warm[1] == pytest.approx((warm[0] + warm[2]) / 2, abs=0.01)


def test_blown_highlights_stay_white():
    out = run(scene((0.4, 0.4, 0.4), cast=(1.2, 1.0, 0.8), patch=(3.0, 3.0, 3.0)))["image"]
    assert (out[85:115, 105:155] == 255).all()


def test_a_cluttered_background_says_nothing():
    noise = np.random.default_rng(3).integers(0, 255, (12, 16, 3)).astype(np.uint8)
    image = freeze(cv2.resize(noise, (320, 240), interpolation=cv2.INTER_NEAREST))
    out = run(image)
    assert out["image"] is image
    assert "even backdrop" in out["colour_balance"].reason
