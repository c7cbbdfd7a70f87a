"""Skin in the shipped test photos, and what must not depend on depth or size."""

import cv2
import numpy as np

from pipeline.skin.find_skin import find_skin
from pipeline.training.mole_hair_parts.skin import skin_photos

HAND = next(photo for photo in skin_photos("test") if photo.name.startswith("Arla-Natural-Mild"))


def test_a_hand_is_found_and_the_carton_is_not():
    found = find_skin(HAND.image)
    assert found.shape == HAND.skin.shape and found.dtype == bool
    assert (found & HAND.skin).sum() / (found | HAND.skin).sum() > 0.7


def test_sixteen_bits_and_a_larger_picture_say_the_same():
    found = find_skin(HAND.image)
    assert (find_skin(HAND.image.astype(np.uint16) * 257) == found).mean() > 0.99
    large = cv2.resize(HAND.image, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    small = cv2.resize(find_skin(large).astype(np.uint8), found.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    assert (small == found).mean() > 0.97


def test_skin_is_looked_for_only_within_the_subject_and_a_mole_belongs_to_it():
    within = np.zeros(HAND.skin.shape, bool)
    within[:, : within.shape[1] // 4] = True
    found = find_skin(HAND.image, within)
    assert found.any() and not found[~within].any()
    assert not find_skin(HAND.image, np.zeros_like(within)).any()
    core = cv2.distanceTransform(find_skin(HAND.image).astype(np.uint8), cv2.DIST_L2, 5)
    y, x = np.unravel_index(core.argmax(), core.shape)
    dark = HAND.image.copy()
    cv2.circle(dark, (int(x), int(y)), 4, (60, 35, 25), -1)
    assert find_skin(dark)[y, x]
