"""Painting over: in place, with texture, and never from what is not clean skin."""

import cv2
import numpy as np
import pytest

from pipeline.skin.clean_skin import clean_skin
from pipeline.skin.heal import heal
from pipeline.skin.painted_region import painted_region
from pipeline.skin.spot import Spot

DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (21, 21)) > 0  # what is painted over
DARK = cv2.erode(DISC.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=0) > 0  # the spot in it


def skin(depth=np.uint8):
    rng = np.random.default_rng(0)
    grain = cv2.GaussianBlur(rng.normal(0, 6, (160, 200, 3)), (0, 0), 0.7)
    light = 40 * np.linspace(0, 1, 200)[None, :, None]
    levels = np.array([180.0, 140, 120]) + light + grain
    return np.clip(levels * (257 if depth == np.uint16 else 1), 0, np.iinfo(depth).max).astype(depth)


def spotted(depth=np.uint8, at=(90, 70)):
    """Skin with a dark disc, and everything else clean."""
    image, clean = skin(depth), np.ones((160, 200), bool)
    box = np.s_[at[1] : at[1] + 21, at[0] : at[0] + 21]
    image[box][DARK] = image[box][DARK] // 3
    clean[box][DISC] = False
    return image, clean, box


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_the_spot_goes_and_the_grain_stays(depth):
    image, clean, box = spotted(depth)
    before = image.copy()
    healed = heal(image, DISC, clean, (90, 70))
    assert healed.dtype == depth and np.array_equal(image, before)
    inner, true = DARK, skin(depth)[box]
    unit = 257 if depth == np.uint16 else 1
    apart = (healed[inner].astype(float) - true[inner]) / unit
    assert np.abs(apart.mean(0)).max() < 2.5  # light and colour of the place
    parts = healed.astype(np.float32), true.astype(np.float32)
    made, wanted = ((part - cv2.GaussianBlur(part, (0, 0), 1.5))[inner].std() for part in parts)
    assert 0.75 < made / wanted < 1.3


@pytest.mark.parametrize("at", [(0, 70), (179, 70), (90, 139)])
def test_a_spot_at_the_frame_is_left(at):
    image, clean, _ = spotted(at=at)
    assert heal(image, DISC, clean, at) is None


def test_nothing_is_taken_from_what_is_not_clean():
    image, clean, _ = spotted()
    image[:, :88] = (20, 90, 20)  # cloth to the left, not clean
    clean[:, :88] = False
    image[:66], clean[:66] = (10, 10, 10), False
    healed = heal(image, DISC, clean, (90, 70))
    assert healed is None or healed[..., 0].astype(int).min() > 120
    assert heal(image, DISC, np.zeros_like(clean), (90, 70)) is None


def test_a_pattern_that_fits_nowhere_is_left():
    rng = np.random.default_rng(1)
    blocks = np.kron(rng.integers(60, 230, (20, 25, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    clean = np.ones((160, 200), bool)
    clean[70:91, 90:111][DISC] = False
    assert heal(blocks, DISC, clean, (90, 70)) is None


def test_the_region_holds_where_a_mole_fades_out_and_clean_skin_leaves_it_out():
    spot = Spot(shape="blob", x_px=5, y_px=5, size_px=10, contrast=0.3, left=0, top=0, mask=np.ones((10, 10), bool))
    mask, corner = painted_region(spot, 0.4)
    assert corner == (-4, -4) and mask.shape == (18, 18) and mask[4:14, 4:14].all() and not mask[0, 0]
    clean = clean_skin(np.ones((30, 30), bool), [(mask, corner)])
    assert not clean[:10, :10].any() and clean[20:, 20:].all()
