"""What another look would contradict: told on pictures where it is known."""

import numpy as np
import pytest

from pipeline.doubt import difference, edge_entropy, edges_agree, mirrored, missed, shrink


def _disc(side=200, radius=60, x=100):
    ys, xs = np.mgrid[0:side, 0:side]
    return ((ys - side / 2) ** 2 + (xs - x) ** 2 < radius**2).astype(np.float32)


def _photo(mask, dark=40, light=220):
    return np.repeat((light + (dark - light) * mask[..., None]).astype(np.uint8), 3, axis=2)


def test_the_same_answer_twice_differs_by_nothing():
    disc = _disc()
    assert difference(disc, disc) == (0.0, 0.0) and missed(disc, disc) == (0.0, 0.0)


def test_a_lost_half_is_half_of_the_subject_and_a_whole_place():
    disc = _disc()
    half = disc * (np.arange(200) < 100)
    whole, place = difference(half, disc)
    assert whole == pytest.approx(0.5, abs=0.02) and place == pytest.approx(1.0, abs=1e-5)
    assert missed(half, disc) == pytest.approx((0.5, 0.0), abs=0.02)
    assert missed(disc, half) == pytest.approx((0.0, 0.5), abs=0.02)


def test_a_difference_grows_with_the_part_that_is_lost():
    disc = _disc()
    lost = [difference(disc * (np.arange(200) < cut), disc)[0] for cut in (160, 140, 120, 100, 80)]
    assert lost == sorted(lost) and lost[0] < 0.01 < lost[-1]


def test_an_undecided_edge_has_more_entropy():
    import cv2

    along = [edge_entropy(cv2.GaussianBlur(_disc(), (0, 0), blur)) for blur in (0.5, 2.0, 6.0)]
    assert along[0][0] < along[1][0] < along[2][0] <= 1.0 and along[0][1] < along[2][1]
    assert edge_entropy(np.zeros((40, 40), np.float32))[0] is None


def test_an_outline_on_an_edge_of_the_photo_is_not_bare():
    disc = _disc()
    bare, stray, strength = edges_agree(_photo(disc), disc)
    assert bare == 0.0 and stray == 0.0 and strength > 10


def test_a_part_left_out_shows_as_bare_outline_and_stray_edges():
    disc = _disc()
    half = disc * (np.arange(200) < 100)
    bare, stray, _ = edges_agree(_photo(disc), half)
    assert bare > 0.25  # the cut through the product has no edge under it
    assert stray > 0.3  # the product's other half still has its own
    assert edges_agree(_photo(disc), np.zeros_like(disc))[0] is None


def test_sixteen_bits_say_the_same():
    disc = _disc()
    photo = _photo(disc)
    assert edges_agree(photo.astype(np.uint16) * 257, disc) == pytest.approx(edges_agree(photo, disc))


def test_mirrored_is_mirrored_back():
    disc = _disc(x=70)
    assert np.array_equal(mirrored(lambda photo: photo[..., 0] / 255.0, _photo(disc)), _photo(disc)[..., 0] / 255.0)


@pytest.mark.parametrize("shape", [(900, 30), (10, 10), (256, 256)])
def test_shrinking_keeps_the_longest_side_in_bounds(shape):
    assert max(shrink(np.zeros(shape, np.float32)).shape) <= 256
