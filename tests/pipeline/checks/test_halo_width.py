import cv2
import numpy as np
import pytest

from pipeline.checks.halo_width import CHECK
from pipeline.image import freeze


def test_a_wider_rim_measures_wider(sample, clean, rematted, rising, round_kernel):
    values = clean(sample)
    rims = [rematted(values, cv2.dilate(values["alpha"], round_kernel(px))) for px in (2, 3, 5)]
    rising(CHECK, values, rims)


def test_most_true_mattes_pass_and_rims_do_not(samples, clean, rematted, measure, round_kernel):
    passed = [measure(CHECK, clean(name)).value <= CHECK.limit for name in samples]
    assert sum(passed) >= len(samples) - 1
    for name in samples:
        rim = rematted(clean(name), cv2.dilate(clean(name)["alpha"], round_kernel(3)))
        assert measure(CHECK, rim).value > CHECK.limit


@pytest.mark.parametrize("width", [2, 4])
def test_a_drawn_rim_has_its_width_in_pixels_and_its_place(width):
    image = np.full((300, 300, 3), 230, np.uint8)
    cv2.rectangle(image, (80, 80), (219, 219), (40, 60, 160), -1)
    alpha = np.zeros((300, 300), np.float32)
    cv2.rectangle(alpha, (80, 80), (219, 219), 1.0, -1)
    alpha[80:220, 220 : 220 + width] = alpha[80:220, 80 - width : 80] = 1.0
    found = CHECK.run(image=freeze(image), foreground=freeze(image), alpha=freeze(alpha))
    assert found.value == pytest.approx(width, abs=0.6)
    assert min(abs(found.worst_xy[0] - (80 - width)), abs(found.worst_xy[0] - (219 + width))) <= 3


def test_one_colour_of_subject_and_backdrop_is_not_judged():
    image = freeze(np.full((200, 200, 3), 128, np.uint8))
    alpha = np.zeros((200, 200), np.float32)
    alpha[50:150, 50:150] = 1
    found = CHECK.run(image=image, foreground=image, alpha=freeze(alpha))
    assert found.value is None and "alike" in found.reason


def test_an_empty_matte_is_not_judged(clean):
    values = clean("packaged_01_000")
    empty = freeze(np.zeros_like(values["alpha"]))
    assert CHECK.run(image=values["image"], foreground=values["foreground"], alpha=empty).value is None
