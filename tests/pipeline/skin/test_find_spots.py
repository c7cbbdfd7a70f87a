"""Dark spots and lines planted on made skin are found, once, at their place and size."""

import cv2
import numpy as np
import pytest

from pipeline.skin.crop_of import crop_of
from pipeline.skin.find_spots import find_spots
from pipeline.training.mole_hair_parts.spot_recall import Mark, hits


def skin(shape=(400, 500), seed=0, tone=(205, 165, 145)):
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.normal(0, 4, (*shape, 3)), (0, 0), 1.0)
    return np.clip(np.array(tone) + grain, 0, 255)


def with_spot(image, x, y, size, depth=0.5):
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
    cover = 1 / (1 + np.exp(np.clip((np.hypot(rows - y, columns - x) - size / 2) / (0.08 * size), -30, 30)))
    return image * (1 - depth * cover[..., None] * np.array([0.6, 1.0, 1.0]))


def find(image):
    image = image.astype(np.uint8)
    return find_spots(image, np.ones(image.shape[:2], bool))


@pytest.mark.parametrize("tone", [(235, 200, 185), (205, 165, 145), (95, 65, 50)])
@pytest.mark.parametrize("size", [8, 24, 80])
def test_a_mole_is_found_at_its_place_and_size_on_any_skin(size, tone):
    half = size // 2
    mole = Mark(kind="mole", points=((230 - half, 180 - half), (230 + half, 180 + half)))
    assert list(hits([mole], find(with_spot(skin(tone=tone), 230, 180, size)), (400, 500))) == [True]
    assert list(hits([mole], find(skin(tone=tone)), (400, 500))) == [False]


def test_a_hair_is_a_line_and_not_a_string_of_beads():
    image = skin()
    cover = np.zeros(image.shape[:2], np.float32)
    cv2.line(cover, (100, 80), (380, 300), 1.0, 2, cv2.LINE_AA)
    found = find(image * (1 - 0.5 * cover[..., None]))
    lines = np.zeros(cover.shape, bool)
    for spot in found:
        if spot.shape == "ridge":
            lines[spot.top : spot.top + spot.height, spot.left : spot.left + spot.width] |= spot.mask
    near = cv2.dilate(lines.astype(np.uint8), np.ones((7, 7))) > 0
    assert near[cover > 0.5].mean() > 0.8
    beads = sum(spot.shape == "blob" and cover[round(spot.y_px), round(spot.x_px)] > 0 for spot in found)
    assert beads <= 2  # at its ends; as beads it would be some thirty


def test_sixteen_bits_and_larger_pictures_find_the_same():
    image = with_spot(skin(), 230, 180, 24).astype(np.uint8)
    everywhere = np.ones(image.shape[:2], bool)
    eight, sixteen = find_spots(image, everywhere), find_spots(image.astype(np.uint16) * 257, everywhere)
    assert len(eight) == len(sixteen)
    large = cv2.resize(image, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    found = find_spots(large, np.ones(large.shape[:2], bool))
    assert any(np.hypot(s.x_px - 921.5, s.y_px - 721.5) < 12 and 67 < s.size_px < 135 for s in found)


def test_nothing_is_looked_for_beside_the_skin():
    image = with_spot(skin(), 230, 180, 24).astype(np.uint8)
    beside = np.zeros(image.shape[:2], bool)
    beside[:, 300:] = True
    assert not any(spot.x_px < 296 for spot in find_spots(image, beside))
    assert find_spots(image, np.zeros(image.shape[:2], bool)) == []


@pytest.mark.parametrize("at", [(2, 3), (496, 396), (250, 200)])
def test_the_square_is_always_whole(at):
    image = with_spot(skin(), *at, 20).astype(np.uint8)
    spot = max(find(with_spot(skin(), 250, 200, 20)), key=lambda one: one.contrast)
    moved = type(spot)(**{n: getattr(spot, n) for n in ("shape", "size_px", "contrast", "left", "top", "mask")},
                       x_px=at[0], y_px=at[1])  # fmt: skip
    crop = crop_of(image, moved, 32)
    assert crop.shape == (32, 32, 3) and crop.dtype == np.uint8
    assert crop[14:18, 14:18].mean() < 0.8 * np.percentile(crop, 75)
