"""Grad against a value worked out by hand, a plain-loop oracle, and its properties."""

import math

import numpy as np
import pytest

from pipeline.evaluation.grad import grad


def _weights():
    """Kernel weights for distances 0..4: ceil(1.4 * sqrt(-2 ln(sqrt(2 pi) * 1.4 * 0.01))) = ceil(3.62) = 4."""
    gauss = [math.exp(-d * d / (2 * 1.4**2)) for d in range(5)]
    slope = [d * gauss[d] for d in range(5)]
    gauss_norm = math.sqrt(gauss[0] ** 2 + 2 * sum(g * g for g in gauss[1:]))
    slope_norm = math.sqrt(2 * sum(s * s for s in slope))
    return gauss, slope, gauss_norm, slope_norm


def _loop_gradient_length(matte):
    """Two-dimensional kernels, normalised as a whole, border replicated, one pixel at a time."""
    gauss, slope, _, _ = _weights()
    kernel = [[gauss[abs(dy)] * math.copysign(slope[abs(dx)], dx) for dx in range(-4, 5)] for dy in range(-4, 5)]
    norm = math.sqrt(sum(k * k for row in kernel for k in row))
    height, width = matte.shape
    length = np.zeros(matte.shape)
    for y in range(height):
        for x in range(width):
            along_x = along_y = 0.0
            for dy in range(-4, 5):
                for dx in range(-4, 5):
                    value = matte[min(max(y + dy, 0), height - 1), min(max(x + dx, 0), width - 1)]
                    along_x += value * kernel[dy + 4][dx + 4] / norm
                    along_y += value * kernel[dx + 4][dy + 4] / norm
            length[y, x] = math.hypot(along_x, along_y)
    return length


def test_upright_edge_by_hand():
    # A step at x >= 0 that fills the height, against an empty truth. Columns do not change down the image, so the
    # smoothing kernel gives its sum S = (g0 + 2(g1+..+g4)) / |g| everywhere. At distance k = 0..3 on either side
    # of the step the slope kernel sees the tail  T_k = (s_{k+1} + .. + s_4) / |s|.  Both sides are alike:
    # columns x = 0, 1, 2, 3 see T_0.. T_3 and columns x = -1, -2, -3, -4 too, so a row adds 2 * sum (S T_k)^2.
    gauss, slope, gauss_norm, slope_norm = _weights()
    smooth_sum = (gauss[0] + 2 * sum(gauss[1:])) / gauss_norm
    tails = [sum(slope[k + 1 :]) / slope_norm for k in range(4)]
    expected = 7 * 2 * sum((smooth_sum * t) ** 2 for t in tails) / 1000
    alpha = np.zeros((7, 24))
    alpha[:, 12:] = 1.0
    assert grad(alpha, np.zeros((7, 24))) == pytest.approx(expected, rel=1e-12)
    # on paper: g = 1, .7748, .3604, .1006, .0169 -> S = 3.5056 / 1.5752 = 2.2255; s = .7748, .7208, .3018, .0675
    # -> T = 1.8649, 1.0901, .3693, .0675, each / 1.5592; sum T^2 = 1.9774; 14 * 4.9528 * 1.9774 / 1000 = 0.1371
    assert expected == pytest.approx(0.1371, abs=5e-5)


def test_agrees_with_a_plain_loop_borders_included():
    rng = np.random.default_rng(5)
    a, b, unknown = rng.random((8, 11)), rng.random((8, 11)), rng.random((8, 11)) < 0.6
    error = (_loop_gradient_length(a) - _loop_gradient_length(b)) ** 2
    assert grad(a, b) == pytest.approx(error.sum() / 1000, rel=1e-10)
    assert grad(a, b, unknown) == pytest.approx(error[unknown].sum() / 1000, rel=1e-10)


def test_sees_only_changes_not_levels():
    assert grad(np.full((12, 12), 0.2), np.full((12, 12), 0.9)) == pytest.approx(0.0, abs=1e-12)


def test_is_the_same_on_its_side_and_symmetric():
    rng = np.random.default_rng(6)
    a, b = rng.random((10, 13)), rng.random((10, 13))
    assert grad(a, a) == 0.0
    assert grad(a, b) == pytest.approx(grad(b, a), rel=1e-12)
    assert grad(a.T, b.T) == pytest.approx(grad(a, b), rel=1e-10)
