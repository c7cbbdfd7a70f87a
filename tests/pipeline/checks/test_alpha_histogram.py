import cv2
import numpy as np

from pipeline.checks.alpha_histogram import CHECK
from pipeline.image import freeze


def test_a_foggier_matte_measures_more(sample, clean, spoil, rising):
    values = clean(sample)
    fogs = [cv2.GaussianBlur(values["alpha"], (0, 0), sigma) for sigma in (5, 10, 25)]
    rising(CHECK, values, [{**values, "alpha": freeze(alpha)} for alpha in fogs])


def test_true_mattes_of_solid_things_pass(samples, clean, measure):
    assert all(measure(CHECK, clean(name)).value <= CHECK.limit for name in samples)


def test_glass_is_shown_to_a_person(clean, measure):
    assert measure(CHECK, clean("glassware_01_000")).value > CHECK.limit


def test_a_veil_over_a_counted_area_has_its_share_and_place():
    alpha = np.zeros((400, 400), np.float32)
    alpha[100:300, 100:300] = 1
    alpha[120:220, 120:220] = 0.8  # a quarter of the subject, edges of 400 px explain at most 3 px x 796
    found = CHECK.run(alpha=freeze(alpha))
    assert 100 * (10_000 - 3 * 810) / 40_000 <= found.value <= 25
    assert 110 <= found.worst_xy[0] <= 230 and 110 <= found.worst_xy[1] <= 230


def test_an_empty_matte_is_not_judged():
    assert CHECK.run(alpha=freeze(np.zeros((50, 50), np.float32))).value is None
