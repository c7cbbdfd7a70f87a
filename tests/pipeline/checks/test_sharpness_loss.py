import cv2
import numpy as np
import pytest

from pipeline.checks.sharpness_loss import CHECK
from pipeline.image import freeze

SOLID = ("accessories_01_000", "apparel_01_001", "footwear_01_001", "footwear_01_003", "hair_beauty_01_003",
         "knit_fur_01_000", "packaged_01_000")  # fmt: skip


def _soft(values, sigma):
    return cv2.GaussianBlur(values["foreground"], (0, 0), sigma)


@pytest.mark.parametrize("name", SOLID)
def test_a_softer_subject_measures_more_lost(name, clean, spoil, rising):
    values = clean(name)
    rising(CHECK, values, [spoil(values, foreground=_soft(values, sigma)) for sigma in (0.6, 1.0, 2.0)])


def test_kept_detail_passes_and_a_blur_does_not(clean, spoil, measure):
    for name in SOLID:
        assert measure(CHECK, clean(name)).value < 1
        assert measure(CHECK, spoil(clean(name), foreground=_soft(clean(name), 1.0))).value > CHECK.limit


def test_a_lighter_rendering_is_no_loss(clean, spoil, measure):
    values = clean("footwear_01_001")
    lighter = np.clip(values["foreground"].astype(np.float32) * 0.8 + 30, 0, 255).astype(np.uint8)
    assert measure(CHECK, spoil(values, foreground=lighter)).value < 3


def test_places_are_found_again_after_a_shift(clean, measure):
    values = clean("footwear_01_001")
    moved = {name: freeze(values[name][150:, 60:].copy()) for name in ("alpha", "foreground")}
    geometry = freeze(np.array([[1.0, 0, -60], [0, 1, -150], [0, 0, 1]]))
    assert measure(CHECK, {**values, **moved, "geometry": geometry}).value == pytest.approx(0, abs=0.5)


def test_thin_subjects_are_not_judged(clean, measure):
    found = measure(CHECK, clean("furniture_01_001"))
    assert found.value is None and "too little" in found.reason
