"""A drawn mole painted over on made skin: nothing outside, texture kept, a smear is seen as one."""

import cv2
import numpy as np

from pipeline.training.mole_hair_parts.removal_quality import drawn_mole, paint_over


def test_our_way_keeps_texture_and_a_smear_does_not():
    rng = np.random.default_rng(0)
    grain = cv2.GaussianBlur(rng.normal(0, 8, (200, 240, 3)), (0, 0), 0.7)
    light = np.linspace(-20, 20, 240)[None, :, None]
    photo = np.clip(np.array([200.0, 160, 140]) + light + grain, 0, 255).astype(np.uint8)
    drawn, spot = drawn_mole(photo, 120, 100, 18.0, rng)
    painted = {one.way: one for one in paint_over(photo, drawn, spot, np.ones(photo.shape[:2], bool))}
    ours, smear = painted["heal"], painted["Telea"]
    assert ours.outside == 0 and ours.error < 0.4 * ours.before and ours.broad_error < 3
    assert 0.8 < ours.texture_ratio < 1.25 and smear.texture_ratio < 0.5


def test_without_clean_skin_nothing_is_painted():
    rng = np.random.default_rng(0)
    photo = np.full((60, 60, 3), 160, np.uint8)
    drawn, spot = drawn_mole(photo, 30, 30, 12.0, rng)
    assert paint_over(photo, drawn, spot, np.zeros((60, 60), bool)) == []
