"""The paper's surface with a subject in the way."""

import numpy as np
import pytest

from pipeline.engines._paper_surface import fill_smoothly, fit_paper


def _paper(height=300, width=400):
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.stack((80 - 8 * (x * x + y * y) + 3 * x, 2 + y, -3 + x), axis=-1).astype(np.float32)


@pytest.mark.parametrize("box", [(100, 120, 120, 160), (60, 0, 240, 300)])  # inside; over half, cut by the frame
def test_sees_the_paper_behind_a_subject(box):
    paper = _paper()
    shot = paper + np.random.default_rng(3).normal(0, 0.4, paper.shape).astype(np.float32)
    top, left, height, width = box
    shot[top : top + height, left : left + width] = (45, 30, 20)
    surface, spread = fit_paper(shot)
    assert np.abs(surface - paper).max() < 4.0
    assert np.abs(surface - paper).mean() < 0.8
    assert spread < 1.5


def test_a_busy_frame_has_a_wide_spread():
    busy = np.random.default_rng(4).uniform(0, 90, (12, 16, 3)).astype(np.float32).repeat(25, 0).repeat(25, 1)
    assert fit_paper(busy)[1] > 8.0


def test_filling_keeps_what_is_known_and_stays_between_its_neighbours():
    value = np.zeros((64, 64, 3), np.float32)
    value[:, 32:] = 10.0
    weight = np.ones((64, 64), np.float32)
    weight[20:44, 20:44] = 0.0
    filled = fill_smoothly(value, weight)
    assert np.array_equal(filled[weight > 0], value[weight > 0])
    assert filled.min() >= -1e-4
    assert filled.max() <= 10.0 + 1e-4
    assert filled[32, 22].mean() < 5.0 < filled[32, 41].mean()
