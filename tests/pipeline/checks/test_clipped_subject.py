import cv2
import numpy as np
import pytest

from pipeline.checks.clipped_subject import CHECK
from pipeline.image import freeze


def _without_foot(values, share):
    """The matte without that share of the subject's area, cut off at the bottom."""
    alpha = values["alpha"].copy()
    area = np.cumsum((alpha > 0.5).sum(axis=1))
    alpha[int(np.searchsorted(area, area[-1] * (1 - share))) :] = 0
    return alpha


def test_more_cut_away_measures_more(sample, clean, spoil, rising):
    values = clean(sample)
    rising(CHECK, values, [spoil(values, alpha=_without_foot(values, share)) for share in (0.03, 0.08, 0.2)])


def test_the_value_is_the_share_that_is_missing(clean, spoil, measure):
    values = clean("packaged_01_000")
    found = measure(CHECK, spoil(values, alpha=_without_foot(values, 0.2)))
    assert found.value == pytest.approx(20, abs=4)
    assert values["alpha"][found.worst_xy[1], found.worst_xy[0]] == 1


def test_colour_shows_it_where_the_engine_missed_it_too(clean, spoil, measure):
    for name in ("apparel_01_001", "hair_beauty_01_003", "packaged_01_000"):
        values = clean(name)
        alpha = _without_foot(values, 0.2)
        blind = np.clip(cv2.GaussianBlur(alpha, (0, 0), 2), 0.02, 0.98)
        assert measure(CHECK, spoil(values, alpha=alpha, confidence=blind)).value > CHECK.limit


def test_true_mattes_pass(samples, clean, measure):
    assert all(measure(CHECK, clean(name)).value <= CHECK.limit for name in samples)


def test_the_photo_s_frame_counts_even_after_the_crop_has_padded_it(clean, measure):
    values = clean("packaged_01_000")
    cut = 600
    pad = ((0, 80), (0, 0))
    moved = {name: freeze(np.pad(values[name][:cut], pad)) for name in ("alpha", "confidence")}
    image = freeze(np.pad(values["image"][:cut], (*pad, (0, 0)), mode="edge"))
    photo = freeze(values["photo"][:cut].copy())
    found = measure(CHECK, {**values, **moved, "image": image, "photo": photo})
    assert found.value > 5
    assert abs(found.worst_xy[1] - cut) < 10
