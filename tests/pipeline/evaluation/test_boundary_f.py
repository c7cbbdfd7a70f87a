"""Boundary F against values worked out by hand, a plain-loop oracle, and its properties."""

import math

import numpy as np
import pytest

from pipeline.evaluation.boundary_f import boundary_f


def _square(shape, top, left, size):
    matte = np.zeros(shape)
    matte[top : top + size, left : left + size] = 1.0
    return matte


def _loop_boundary_f(alpha, truth):
    height, width = alpha.shape
    tolerance = max(1.0, 0.002 * math.hypot(height, width))

    def outline(matte):
        found = []
        for y in range(height):
            for x in range(width):
                around = [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]
                around = [(v, u) for v, u in around if 0 <= v < height and 0 <= u < width]
                if matte[y, x] >= 0.5 and any(matte[p] < 0.5 for p in around):
                    found.append((y, x))
        return found

    a, b = outline(alpha), outline(truth)
    if not a or not b:
        return float(bool(a) == bool(b))
    near = lambda p, others: any(math.hypot(p[0] - q[0], p[1] - q[1]) <= tolerance + 1e-6 for q in others)  # noqa: E731
    precision = sum(near(p, b) for p in a) / len(a)
    recall = sum(near(p, a) for p in b) / len(b)
    return 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)


def test_a_shift_of_one_pixel_is_within_tolerance():
    assert boundary_f(_square((40, 40), 10, 10, 12), _square((40, 40), 10, 11, 12)) == 1.0


def test_an_upright_edge_three_pixels_off_misses():
    # the frame is no outline: each matte has one upright edge, three columns apart
    alpha, truth = np.zeros((20, 30)), np.zeros((20, 30))
    alpha[:, :10] = 1.0
    truth[:, :13] = 1.0
    assert boundary_f(alpha, truth) == 0.0


def test_half_of_the_outline_right():
    # truth: an upright edge of 20 px. alpha: the same edge in the upper 10 rows, 5 px to the right in the lower 10.
    # alpha's outline: 10 px on the edge (rows 0-9, column 9), 10 px at column 14 (rows 10-19) and the ledge: row 10,
    # columns 10..14 (column 14 already counted) = 4 more px. Total 24. Near the truth (column 9, within 1 px): the 10,
    # and of the ledge the pixel in column 10 -> 11. precision 11/24.
    # truth's outline: 20 px at column 9; near alpha's: rows 0-9, and row 10 (one below (9, 9), beside (10, 10)).
    # -> 11/20. F = 2 * (11/24) * (11/20) / (11/24 + 11/20) = 0.5
    alpha, truth = np.zeros((20, 30)), np.zeros((20, 30))
    truth[:, :10] = 1.0
    alpha[:10, :10] = 1.0
    alpha[10:, :15] = 1.0
    assert boundary_f(alpha, truth) == pytest.approx(0.5)


def test_tolerance_grows_with_the_image():
    # diagonal of 1200 x 1600 is 2000: tolerance 4 px
    truth = _square((1200, 1600), 300, 400, 500)
    assert boundary_f(_square((1200, 1600), 300, 404, 500), truth) == 1.0
    assert boundary_f(_square((1200, 1600), 300, 405, 500), truth) < 1.0


def test_empty_mattes_agree_and_one_does_not():
    empty, square = np.zeros((20, 20)), _square((20, 20), 5, 5, 8)
    assert boundary_f(empty, empty) == 1.0
    assert boundary_f(empty, square) == boundary_f(square, empty) == 0.0


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_a_plain_loop_and_is_symmetric(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.random((9, 12)), rng.random((9, 12))
    a[:, :3], b[:, :3] = 0.0, 0.0
    a[3:6, 6:9] = b[4:8, 6:9] = 1.0
    assert boundary_f(a, b) == pytest.approx(_loop_boundary_f(a, b))
    assert boundary_f(a, b) == pytest.approx(boundary_f(b, a))
