import cv2
import numpy as np
import pytest

from pipeline.matting.foreground import estimate_foreground


def composed(sample_dir, name: str, backdrop, dtype=np.uint8):
    """A product over a coloured paper, composed in encoded light: picture, true foreground, alpha, band."""
    folder = sample_dir / "renders" / name
    alpha = cv2.imread(str(folder / "alpha.png"), cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
    # the colours of the subject, continued outside it from its sure pixels
    raw = cv2.cvtColor(cv2.imread(str(folder / "raw.jpg")), cv2.COLOR_BGR2RGB).astype(np.float32) / 255
    sure = (alpha > 0.999).astype(np.float32)
    total, weight = np.zeros_like(raw), np.full_like(alpha, 1e-9)
    for side in (3, 9, 27, 81, 243, 999):
        fresh = cv2.blur(sure, (side, side)) * (weight < 1e-6)
        total += cv2.blur(raw * sure[..., None], (side, side)) * (fresh > 0)[..., None]
        weight += fresh
    foreground = np.where(sure[..., None] > 0, raw, total / weight[..., None])
    shade = np.linspace(-0.08, 0.08, alpha.shape[0], dtype=np.float32)[:, None, None]
    behind = np.clip(np.float32(backdrop) + shade, 0, 1)
    picture = alpha[..., None] * foreground + (1 - alpha[..., None]) * behind
    top = np.iinfo(dtype).max
    mixed = ((alpha > 0) & (alpha < 1)).astype(np.uint8)
    return np.round(picture * top).astype(dtype), foreground, alpha, cv2.dilate(mixed, np.ones((9, 9), np.uint8))


@pytest.mark.parametrize(
    ("name", "backdrop"),
    [
        ("hair_beauty_01_000", (0.1, 0.7, 0.2)),
        ("knit_fur_01_000", (0.9, 0.9, 0.95)),
        ("apparel_01_000", (0.2, 0.2, 0.8)),
    ],
)
def test_recomposed_on_white_and_black_no_backdrop_colour_is_left(sample_dir, name, backdrop):
    picture, truth, alpha, band = composed(sample_dir, name, backdrop)
    found = estimate_foreground(picture, alpha, band) / 255
    chosen = (alpha > 0) & (alpha < 1)
    for paper in (0.0, 1.0):
        a = alpha[chosen][:, None]
        wanted = a * truth[chosen] + (1 - a) * paper
        clean = np.abs(a * found[chosen] + (1 - a) * paper - wanted).mean()
        spilled = np.abs(a * picture[chosen] / 255 + (1 - a) * paper - wanted).mean()
        assert clean < 0.35 * spilled
        assert clean < 3 / 255


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_two_flat_colours_are_told_apart(dtype):
    top = np.iinfo(dtype).max
    alpha = np.clip((np.arange(60, dtype=np.float32) - 20) / 20, 0, 1)[None, :].repeat(40, axis=0)
    one, other = np.array([0.8, 0.2, 0.1]), np.array([0.1, 0.9, 0.3])
    picture = np.round((alpha[..., None] * one + (1 - alpha[..., None]) * other) * top).astype(dtype)
    band = ((alpha > 0) & (alpha < 1)).astype(np.uint8)
    found = estimate_foreground(picture, alpha, band)
    assert found.dtype == dtype
    visible = alpha > 0.05
    assert np.abs(found[visible] / top - one).max() < 5 / 255


def test_the_photo_is_kept_where_alpha_is_one_and_outside_the_band():
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (37, 53, 3), dtype=np.uint8)  # odd sizes on every grid
    alpha = np.clip((np.arange(53, dtype=np.float32) - 20) / 10, 0, 1)[None, :].repeat(37, axis=0)
    band = np.zeros((37, 53), np.uint8)
    band[:, 15:40] = 1
    found = estimate_foreground(picture, alpha, band)
    same = (alpha == 1) | (band == 0)
    np.testing.assert_array_equal(found[same], picture[same])
    assert (found[~same] != picture[~same]).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (5, 1), (64, 64)])
@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
def test_odd_inputs_stay_defined(shape, value):
    picture = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    alpha = np.full(shape, value, np.float32)
    for band in (np.ones(shape, np.uint8), np.zeros(shape, np.uint8)):
        found = estimate_foreground(picture, alpha, band)
        assert found.shape == picture.shape and found.dtype == np.uint8
        if value == 1.0 or not band.any():
            np.testing.assert_array_equal(found, picture)
