"""The lowest wall from the frame, against a brute-force search."""

import numpy as np
import pytest

from pipeline.engines._flood import lowest_wall


def _relax(cost, seed):
    """Lowest wall by relaxing until nothing changes."""
    wall = np.where(seed, cost.astype(int), 255)
    while True:
        before = wall.copy()
        for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            moved = np.full_like(wall, 255)
            height, width = wall.shape
            moved[max(0, dy) : height + min(0, dy), max(0, dx) : width + min(0, dx)] = wall[
                max(0, -dy) : height + min(0, -dy), max(0, -dx) : width + min(0, -dx)
            ]
            wall = np.minimum(wall, np.maximum(moved, cost))
        if np.array_equal(before, wall):
            return wall


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_relaxation(seed):
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 256, (13, 17), dtype=np.uint8)
    start = rng.random((13, 17)) < 0.05
    start[0, 0] = True
    assert np.array_equal(lowest_wall(cost, start), _relax(cost, start))


def test_an_outline_with_a_gap_is_as_low_as_the_gap():
    cost = np.zeros((9, 9), np.uint8)
    cost[2:7, 2:7] = 200
    cost[3:6, 3:6] = 0
    start = np.zeros((9, 9), bool)
    start[0, 0] = True
    assert lowest_wall(cost, start)[4, 4] == 200
    cost[2, 4] = 30
    assert lowest_wall(cost, start)[4, 4] == 30


def test_nothing_is_reached_without_a_seed():
    assert (lowest_wall(np.zeros((4, 5), np.uint8), np.zeros((4, 5), bool)) == 255).all()
