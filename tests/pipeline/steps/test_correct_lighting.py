"""Exposure and vignette: what was put in is taken out, and the sweep's own shading stays."""

import cv2
import numpy as np
import pytest

from pipeline.image import check_values, freeze
from pipeline.steps.correct_lighting import CorrectLightingParams, correct_lighting
from pipeline.tone import to_linear
from workbench.domain.errors import UsageError

SIZE = (240, 320)


def studio(tone=0.55, ev=0.0, vignette=0.0, sweep=0.0, product=0.1, bits=8):
    """A product on a roll of that reflectance, photographed with faults through the camera's shoulder."""
    height, width = SIZE
    y, x = np.meshgrid((2 * np.arange(height) + 1) / height - 1, (2 * np.arange(width) + 1) / width - 1, indexing="ij")
    light = np.full(SIZE, 0.92 * tone * 2**-0.05) * 2.0 ** (-sweep * y / 2)
    light[80:190, 110:220] = product
    light = light * 2.0**ev / (1 + vignette * (x * x + y * y) / 2) ** 2
    light *= 1 + np.random.default_rng(0).normal(0, 0.01, SIZE)
    rolled = np.where(light > 0.8, 1 - 0.2 * np.exp(-(np.maximum(light, 0.8) - 0.8) / 0.2), light)
    encoded = np.where(rolled <= 0.0031308, 12.92 * rolled, 1.055 * rolled ** (1 / 2.4) - 0.055)
    top = 255 if bits == 8 else 65535
    return freeze(np.rint(encoded * top).astype(np.uint8 if bits == 8 else np.uint16)[..., None].repeat(3, 2))


def run(image, **params):
    return correct_lighting(image=image, params=CorrectLightingParams(**params))


@pytest.mark.parametrize("tone", [0.86, 0.28, 0.025])
@pytest.mark.parametrize("ev", [-0.25, 0.25])
def test_small_exposure_errors_are_taken_out(tone, ev):
    record = run(studio(tone=tone, ev=ev))["lighting"]
    assert abs(record.exposure_ev - ev) <= abs(ev) / 2


def test_between_two_rolls_little_is_changed():
    # light grey a third of a stop too bright is white a third too dark: either answer would be a guess
    record = run(studio(tone=0.55, ev=0.32))["lighting"]
    assert record.paper_certainty < 0.7
    assert abs(record.exposure_ev) <= 0.33


@pytest.mark.parametrize("bits", [8, 16])
def test_vignette_is_taken_out_of_the_pixels(bits):
    image = studio(vignette=0.3, bits=bits)
    out = run(image, exposure=False)
    light = to_linear(out["image"][..., 0] / (255 if bits == 8 else 65535))
    corner, middle = np.median(light[:30, :30]), np.median(light[30:60, 140:180])
    assert abs(np.log2(corner / middle)) < 0.12  # before: 0.5 EV
    check_values(out, where="correct_lighting")


def test_the_sweeps_own_shading_stays():
    image = studio(sweep=0.6)
    out = run(image, exposure=False)
    assert out["image"] is image
    assert out["lighting"].sweep_ev == pytest.approx(-0.6, abs=0.1)
    assert out["lighting"].vignette_reason == "no visible vignette"


@pytest.mark.parametrize("tone", [0.86, 0.55, 0.28, 0.076, 0.025])
def test_a_faultless_photo_is_not_touched(tone):
    image = studio(tone=tone)
    assert run(image)["image"] is image


def test_brightening_blows_nothing_out():
    image = studio(tone=0.86, ev=-0.3, product=0.9)
    out = run(image)["image"]
    assert out.mean() > image.mean() + 3
    assert (out == 255).mean() <= (image == 255).mean()
    assert len(np.unique(out[..., 0])) >= 0.8 * len(np.unique(image[..., 0]))  # no tones run together


def test_a_roll_that_is_listed_is_believed():
    image = studio(tone=0.4)
    far = run(image, paper_rolls=("#2C2C2E",))["lighting"]
    assert far.paper_roll is None
    assert far.exposure_ev == 0.0
    assert "none of the listed" in far.exposure_reason
    near = run(image, paper_rolls=("#2C2C2E", "#AAAAAA"))["lighting"]  # #AAAAAA reflects 0.40
    assert near.paper_roll == "#AAAAAA"
    assert near.exposure_ev == 0.0


def test_no_rolls_no_exposure_change():
    record = run(studio(ev=-0.4), paper_rolls=())["lighting"]
    assert record.exposure_ev == 0.0
    assert "not listed" in record.exposure_reason


def test_a_misspelt_roll_is_named():
    with pytest.raises(UsageError, match="blue"):
        run(studio(), paper_rolls=("blue",))


def test_a_product_that_was_cut_out_on_white_is_not_darkened():
    image = np.full((*SIZE, 3), 255, np.uint8)
    image[80:190, 110:220] = 140
    image = freeze(image)
    out = run(image)
    assert out["image"] is image
    assert "cut out" in out["lighting"].exposure_reason


def test_corners_too_dark_for_a_lens_are_kept():
    image = studio(vignette=0.6)
    out = run(image, exposure=False)
    assert out["image"] is image
    assert out["lighting"].vignette_reason == "too strong to be a lens"


def test_real_floors_and_gardens_get_no_studio_correction(sample_dir, sample_rows):
    animals = [row for row in sample_rows if row["path"].startswith("matting/")]
    for row in animals:
        picture = cv2.cvtColor(cv2.imread(str(sample_dir / row["path"])), cv2.COLOR_BGR2RGB)
        image = freeze(picture)
        assert run(image)["image"] is image


def test_no_paper_no_claim():
    noise = np.random.default_rng(3).integers(0, 255, (240, 320, 3)).astype(np.uint8)
    image = freeze(noise // 64 * 64)
    out = run(image)
    assert out["image"] is image
    assert out["lighting"].vignette_reason == out["lighting"].exposure_reason
