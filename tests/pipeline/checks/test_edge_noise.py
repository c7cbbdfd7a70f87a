import cv2
import numpy as np

from pipeline.checks.edge_noise import CHECK
from pipeline.image import freeze


def _jitter(alpha, px):
    """The matte with its edge shaken by that many pixels."""
    rng = np.random.default_rng(5)
    height, width = alpha.shape
    shift = [cv2.GaussianBlur(rng.normal(size=alpha.shape).astype(np.float32), (0, 0), 1.5) for _ in "xy"]
    shift = [px * each / each.std() for each in shift]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    shaken = cv2.remap(alpha, x + shift[0], y + shift[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.clip(shaken, 0, 1)


def test_a_rougher_edge_measures_rougher(sample, clean, spoil, rising):
    values = clean(sample)
    rising(CHECK, values, [spoil(values, alpha=_jitter(values["alpha"], px)) for px in (1, 2, 4)])


def test_more_speckle_measures_rougher(sample, clean, spoil, rising):
    values = clean(sample)
    band = cv2.dilate(values["alpha"], np.ones((7, 7))) - cv2.erode(values["alpha"], np.ones((7, 7))) > 0.1
    grain = np.random.default_rng(6).normal(size=band.shape).astype(np.float32) * band
    speckled = [np.clip(values["alpha"] + size * grain, 0, 1) for size in (0.1, 0.2, 0.4)]
    rising(CHECK, values, [spoil(values, alpha=alpha) for alpha in speckled])


def test_true_mattes_pass_and_shaken_edges_do_not(samples, clean, spoil, measure):
    for name in samples:
        values = clean(name)
        assert measure(CHECK, values).value <= CHECK.limit
        assert measure(CHECK, spoil(values, alpha=_jitter(values["alpha"], 2))).value > CHECK.limit


def test_teeth_that_the_photo_shows_are_no_noise():
    alpha = np.zeros((300, 300), np.float32)
    alpha[100:200, 50:250] = 1
    alpha[92:100, 50:250:4] = alpha[92:100, 51:250:4] = 1  # a comb of 2 px teeth
    shown = freeze(np.repeat((220 - 180 * alpha)[..., None], 3, axis=2).astype(np.uint8))
    plain = freeze(np.full((300, 300, 3), 128, np.uint8))
    with_photo = CHECK.run(image=shown, alpha=freeze(alpha)).value
    without = CHECK.run(image=plain, alpha=freeze(alpha)).value
    assert with_photo < 0.2 * without
