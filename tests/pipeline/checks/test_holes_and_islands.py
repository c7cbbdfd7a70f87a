import cv2
import numpy as np
import pytest

from pipeline.checks.holes_and_islands import CHECK
from pipeline.image import freeze


def _with_discs(values, share, *, holes):
    """The matte with three holes or islands that together have that share of the subject's area."""
    alpha = values["alpha"].copy()
    radius = max(3, round(np.sqrt(share * (alpha > 0.5).sum() / 3 / np.pi)))
    free = alpha > 0.95 if holes else alpha < 0.01
    free[:8] = free[-8:] = free[:, :8] = free[:, -8:] = False
    places = []
    for _ in range(3):
        depth = cv2.distanceTransform(free.astype(np.uint8), cv2.DIST_L2, 3)
        y, x = np.unravel_index(int(depth.argmax()), depth.shape)
        places.append((int(x), int(y)))
        cv2.circle(alpha, places[-1], radius, 0.0 if holes else 1.0, -1)
        free &= cv2.circle(np.zeros(alpha.shape, np.uint8), places[-1], 3 * radius + 20, 1, -1) == 0
    return alpha, places


@pytest.mark.parametrize("holes", [True, False], ids=["holes", "islands"])
@pytest.mark.parametrize("believed", [True, False], ids=["confidence wrong too", "confidence right"])
def test_larger_ones_measure_more(sample, holes, believed, clean, spoil, rising):
    values = clean(sample)
    spoiled = []
    for share in (0.001, 0.004, 0.016):
        alpha, _ = _with_discs(values, share, holes=holes)
        confidence = np.clip(cv2.GaussianBlur(alpha, (0, 0), 2), 0.02, 0.98) if believed else values["confidence"]
        spoiled.append(spoil(values, alpha=alpha, confidence=confidence))
    rising(CHECK, values, spoiled)


def test_true_mattes_pass(samples, clean, measure):
    assert all(measure(CHECK, clean(name)).value <= CHECK.limit for name in samples)


@pytest.mark.parametrize("name", ["sheer_01_001", "sheer_01_009", "footwear_01_005", "furniture_01_005"])
def test_openings_of_lace_sandals_and_chairs_are_right(name, clean, measure):
    assert measure(CHECK, clean(name)).value <= CHECK.limit


def test_the_worst_place_is_in_the_hole(clean, spoil, measure):
    values = clean("packaged_01_000")
    alpha, places = _with_discs(values, 0.01, holes=True)
    x, y = measure(CHECK, spoil(values, alpha=alpha)).worst_xy
    assert min(np.hypot(x - px, y - py) for px, py in places) < 15


def test_an_empty_matte_is_not_judged(clean, measure):
    values = {**clean("packaged_01_000"), "alpha": freeze(np.zeros_like(clean("packaged_01_000")["alpha"]))}
    assert measure(CHECK, values).value is None
