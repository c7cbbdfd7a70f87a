"""Conn against values worked out by hand, a plain-loop oracle, and its properties."""

import numpy as np
import pytest

from pipeline.evaluation.conn import conn


def _loop_conn(alpha, truth, unknown=None):
    """The definition one pixel at a time, with a flood fill."""
    height, width = alpha.shape
    level = [[None] * width for _ in range(height)]
    for step in range(1, 11):
        mask = [[alpha[y, x] >= step / 10 and truth[y, x] >= step / 10 for x in range(width)] for y in range(height)]
        best: set = set()
        seen: set = set()
        for x in range(width):  # down the columns: of equal regions the first one counts
            for y in range(height):
                if not mask[y][x] or (y, x) in seen:
                    continue
                region, queue = set(), [(y, x)]
                seen.add((y, x))
                while queue:
                    cy, cx = queue.pop()
                    region.add((cy, cx))
                    for ny, nx in ((cy + 1, cx), (cy - 1, cx), (cy, cx + 1), (cy, cx - 1)):
                        inside = 0 <= ny < height and 0 <= nx < width
                        if inside and mask[ny][nx] and (ny, nx) not in seen:
                            seen.add((ny, nx))
                            queue.append((ny, nx))
                if len(region) > len(best):
                    best = region
        for y in range(height):
            for x in range(width):
                if level[y][x] is None and (y, x) not in best:
                    level[y][x] = (step - 1) / 10
    total = 0.0
    for y in range(height):
        for x in range(width):
            if unknown is not None and not unknown[y, x]:
                continue
            at = 1.0 if level[y][x] is None else level[y][x]
            phi = []
            for matte in (alpha, truth):
                excess = matte[y, x] - at
                phi.append(1 - (excess if excess >= 0.15 else 0.0))
            total += abs(phi[0] - phi[1])
    return total / 1000


def test_a_speck_beside_the_subject_counts_in_full():
    # truth: subject in columns 0-2, nothing else. alpha: the same plus a pixel of 0.6 in column 4.
    # The pixel is in neither source region (truth is 0 there): level 0. alpha: d = 0.6, phi = 0.4; truth: d = 0,
    # phi = 1; difference 0.6. The subject is 1 in both: level 1, d = 0. Sum 0.6 -> 0.0006.
    truth = np.zeros((3, 5))
    truth[:, :3] = 1.0
    alpha = truth.copy()
    alpha[1, 4] = 0.6
    assert conn(alpha, truth) == pytest.approx(0.0006, abs=1e-15)


def test_opacity_below_theta_is_let_pass():
    # as above with 0.14 < 0.15: phi = 1 in both
    truth = np.zeros((3, 5))
    truth[:, :3] = 1.0
    alpha = truth.copy()
    alpha[1, 4] = 0.14
    assert conn(alpha, truth) == 0.0


def test_a_part_both_mattes_have_but_no_longer_joined():
    # one row; both: 1 1 1 b 1, where the bridge b is 0.35 in alpha and 1 in truth.
    # thresholds 0.1..0.3: everything joined; from 0.4 the bridge falls out and the last pixel with it.
    # bridge: level 0.3; alpha d = 0.05 -> phi 1; truth d = 0.7 -> phi 0.3; difference 0.7.
    # last pixel: level 0.3; both d = 0.7; difference 0. Sum 0.7 -> 0.0007.
    alpha = np.array([[1.0, 1.0, 1.0, 0.35, 1.0]])
    truth = np.ones((1, 5))
    assert conn(alpha, truth) == pytest.approx(0.0007, abs=1e-15)


def test_corners_do_not_join():
    # a diagonal neighbour is not connected: its level is 0 although both mattes are opaque there,
    # alpha 0.9 -> phi 0.1, truth 1 -> phi 0; difference 0.1. With 8-connection it would be level 0.9, d = 0, 0.
    truth = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    alpha = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 0.9]])
    assert conn(alpha, truth) == pytest.approx(0.0001, abs=1e-15)


def test_only_the_unknown_region_is_summed_but_all_of_it_connects():
    truth = np.zeros((3, 6))
    truth[:, :3] = 1.0
    alpha = truth.copy()
    alpha[1, 4], alpha[2, 5] = 0.6, 0.8
    unknown = np.zeros((3, 6), bool)
    unknown[1, 4] = True
    assert conn(alpha, truth, unknown) == pytest.approx(0.0006, abs=1e-15)


def test_an_eight_bit_value_reaches_its_threshold():
    # 153/255 is 0.6: the joined pair reaches the threshold 0.6 and leaves at 0.7, so level 0.6 and d = 0 for the
    # truth; alpha = 1: d = 0.4, phi 0.6 against 1. Two pixels: 0.8 -> 0.0008. (A threshold of 6 * 0.1, a hair more
    # than 0.6, would give level 0.5 and 0.5 against 0: 0.001.)
    truth = np.full((1, 2), 153, np.uint8) / 255
    assert conn(np.ones((1, 2)), truth) == pytest.approx(0.0008, abs=1e-15)


def test_of_two_equal_regions_the_leftmost_is_the_source():
    # two single pixels; the upper right one comes first row by row, the lower left one first column by column.
    # lower left: level 0.9 (alpha 0.9): alpha d 0, truth d 0.1 < theta: 0. upper right: level 0, alpha 1 -> phi 0,
    # truth 0.9 -> phi 0.1: 0.1 -> 0.0001
    alpha = np.array([[0.0, 0.0, 1.0], [0.9, 0.0, 0.0]])
    truth = np.array([[0.0, 0.0, 0.9], [1.0, 0.0, 0.0]])
    assert conn(alpha, truth) == pytest.approx(0.0001, abs=1e-15)


def test_is_zero_for_equal_mattes_and_symmetric():
    rng = np.random.default_rng(3)
    a, b = rng.random((9, 7)), rng.random((9, 7))
    assert conn(a, a) == 0.0
    assert conn(a, b) == conn(b, a) > 0.0


def test_empty_mattes_agree():
    assert conn(np.zeros((4, 4)), np.zeros((4, 4))) == 0.0


@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_a_plain_loop(seed):
    rng = np.random.default_rng(seed)

    # mostly opaque or clear, as mattes are, in 8-bit steps so that ties and thresholds occur
    def soft():
        return np.round(np.clip(rng.normal(0.5, 0.5, (8, 9)), 0, 1) * 255) / 255

    a, b = soft(), soft()
    unknown = rng.random((8, 9)) < 0.6
    assert conn(a, b) == pytest.approx(_loop_conn(a, b), abs=1e-12)
    assert conn(a, b, unknown) == pytest.approx(_loop_conn(a, b, unknown), abs=1e-12)
