"""Gains on light: what must hold for every picture they touch."""

import numpy as np
import pytest

from pipeline.tone import apply_gains, apply_radial_gain, curve, scene_light, to_encoded, to_linear

RAMP = np.linspace(0, 1, 256)


def test_srgb_curve_has_its_published_values_and_inverts():
    assert to_linear(np.array([0.5]))[0] == pytest.approx(0.214041, abs=1e-6)  # IEC 61966-2-1
    assert to_encoded(np.array([0.18]))[0] == pytest.approx(0.461356, abs=1e-6)
    np.testing.assert_allclose(to_encoded(to_linear(RAMP)), RAMP, atol=1e-6)


@pytest.mark.parametrize("gain", [0.4, 0.8, 1.0, 1.3, 2.0])
def test_curve_rises_and_never_clips_early(gain):
    out = curve(gain, RAMP)
    assert (np.diff(out[:-1]) > 0).all()
    assert out[0] == 0.0
    if gain >= 1.0:
        assert out[-2] < 1.0 and out[-1] > 0.999


def test_curve_multiplies_light_below_the_shoulder():
    dark = RAMP[RAMP < 0.6]
    np.testing.assert_allclose(to_linear(curve(1.3, dark)), 1.3 * to_linear(dark), rtol=1e-6)


def test_a_gain_and_its_inverse_cancel_below_white():
    below = RAMP[RAMP < 0.95]
    np.testing.assert_allclose(curve(1 / 1.4, curve(1.4, below)), below, atol=0.002)
    assert scene_light(np.array([0.99]))[0] > 1.0  # there is light above the shoulder to take back


def test_white_stays_white_under_channel_gains():
    picture = np.array([[[255, 255, 255], [128, 128, 128]]], np.uint8)
    out = apply_gains(picture, (0.8, 1.0, 1.25))
    assert out[0, 0].tolist() == [255, 255, 255]
    assert out[0, 1, 0] < 128 == out[0, 1, 1] < out[0, 1, 2]


@pytest.mark.parametrize(("gain", "vignette"), [(0.6, 0.0), (1.4, 0.0), (1.0, 0.3), (0.8, 0.3)])
def test_both_depths_agree(gain, vignette):
    small = np.random.default_rng(1).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    wide = small.astype(np.uint16) * 257
    low, high = apply_radial_gain(small, gain, vignette), apply_radial_gain(wide, gain, vignette)
    assert high.dtype == np.uint16
    assert np.abs(high / 257.0 - low).max() <= 1.0


def test_the_lift_undoes_the_lens():
    height, width = 80, 100
    y, x = np.mgrid[0:height, 0:width]
    radius = ((2 * x + 1) / width - 1) ** 2 + ((2 * y + 1) / height - 1) ** 2
    light = 0.4 / (1 + 0.3 * radius / 2) ** 2
    picture = np.rint(to_encoded(light)[..., None].repeat(3, 2) * 255).astype(np.uint8)
    flat = to_linear(apply_radial_gain(picture, 1.0, 0.3) / 255.0)
    np.testing.assert_allclose(flat, 0.4, rtol=0.02)


def test_darkening_keeps_the_hue_of_bright_colours():
    pink = np.array([[[255, 140, 250], [236, 130, 231]]], np.uint8)  # one clipped, one a little below
    out = apply_radial_gain(pink, 2.0**-0.8, 0.0).astype(int)
    for before, after in zip(pink[0].astype(int), out[0], strict=True):
        assert abs((after[0] - after[2]) - (before[0] - before[2])) <= 8  # red and blue move together
