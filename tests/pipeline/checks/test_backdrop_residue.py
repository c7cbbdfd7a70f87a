import cv2
import numpy as np
import pytest

from pipeline.checks.backdrop_residue import CHECK


def _veil(values, opacity):
    grain = cv2.resize(np.random.default_rng(3).normal(size=(24, 24)), values["alpha"].shape[::-1])
    return np.maximum(values["alpha"], opacity * np.clip(grain / grain.std() + 0.5, 0, 1)).astype(np.float32)


def _patch(values, share):
    alpha = values["alpha"].copy()
    side = int(np.sqrt(share * alpha.size))
    alpha[2 : 2 + side, 2 : 2 + side] = np.maximum(alpha[2 : 2 + side, 2 : 2 + side], 0.3)
    return alpha


def test_a_denser_veil_measures_more(sample, clean, spoil, rising):
    values = clean(sample)
    rising(CHECK, values, [spoil(values, alpha=_veil(values, opacity)) for opacity in (0.008, 0.02, 0.06)])


def test_a_larger_patch_measures_more(sample, clean, spoil, rising):
    values = clean(sample)
    rising(CHECK, values, [spoil(values, alpha=_patch(values, share)) for share in (0.01, 0.03, 0.06)])


def test_true_mattes_pass_and_veils_do_not(samples, clean, spoil, measure):
    for name in samples:
        assert measure(CHECK, clean(name)).value <= CHECK.limit
        assert measure(CHECK, spoil(clean(name), alpha=_veil(clean(name), 0.02))).value > CHECK.limit


def test_the_value_is_mean_opacity_and_points_at_the_patch(clean, spoil, measure):
    values = clean("packaged_01_000")
    found = measure(CHECK, spoil(values, alpha=_patch(values, 0.03)))
    assert found.worst_xy[0] < 200 and found.worst_xy[1] < 200
    paper = cv2.dilate((values["alpha"] > 0.5).astype(np.uint8), np.ones((39, 39))) == 0
    assert found.value == pytest.approx(100 * 0.3 * 0.03 * values["alpha"].size / paper.sum(), rel=0.35)
