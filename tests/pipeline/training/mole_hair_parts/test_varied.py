"""Crops seen otherwise: shape, label and drawn hairs."""

import numpy as np

from pipeline.models.mole_hair import SIDE
from pipeline.training.mole_hair_parts.varied import HAIR, MOLE, NEITHER, varied

SKIN = np.full((96, 96, 3), (200, 160, 140), np.uint8)


def test_a_hair_is_drawn_over_plain_skin_only_when_asked():
    rng = np.random.default_rng(0)
    made = [varied(SKIN, NEITHER, rng, drawn=True) for _ in range(200)]
    assert 0.2 < np.mean([label == HAIR for _, label in made]) < 0.4
    assert all(crop.shape == (SIDE, SIDE, 3) and crop.dtype == np.uint8 for crop, _ in made)
    dark = [crop.min() / crop.mean() for crop, label in made if label == HAIR]
    plain = [crop.min() / crop.mean() for crop, label in made if label == NEITHER]
    assert np.median(dark) < np.median(plain) - 0.1
    assert {label for _, label in (varied(SKIN, NEITHER, rng, drawn=False) for _ in range(50))} == {NEITHER}


def test_a_mole_with_a_hair_across_stays_a_mole():
    rng = np.random.default_rng(1)
    assert {label for _, label in (varied(SKIN, MOLE, rng, drawn=True) for _ in range(100))} == {MOLE}
