"""Drawn garments: the same for the same seed, and each kind with its own outline."""

import numpy as np
import pytest

from pipeline.training.prepare_net_parts.cloth import SIDE
from pipeline.training.prepare_net_parts.garments import garment
from pipeline.training.prepare_net_parts.photos import KINDS
from pipeline.training.prepare_net_parts.tops import top


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_is_a_photo_and_the_seed_decides_it(kind):
    first, again, other = (garment(np.random.default_rng(seed), kind) for seed in (5, 5, 6))
    assert first.shape == (SIDE, SIDE, 3) and first.dtype == np.uint8
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert first.std() > 3


def test_long_sleeves_reach_further_than_short_ones():
    def width(kind):
        silhouettes = [top(np.random.default_rng(seed), kind)[1] > 0.5 for seed in range(40)]
        return np.mean([np.ptp(np.flatnonzero(one.any(axis=0))) for one in silhouettes])

    assert width("longsleeve") > width("t_shirt") > width("undershirt")
