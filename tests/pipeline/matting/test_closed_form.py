import cv2
import numpy as np
import pytest
from pymatting import estimate_alpha_cf

from pipeline.matting.closed_form import ClosedForm, closed_form


def solve(image, trimap, guess=None, **changes) -> ClosedForm:
    options = {"pull": 0.0, "tolerance": 1 / 512, "max_iterations": 300, "max_unknown_px": 10**8} | changes
    return closed_form(image, trimap, trimap if guess is None else guess, **options)


def read(folder, scale: float = 1.0):
    photo = next(folder.glob("photo.*"))
    image = cv2.cvtColor(cv2.imread(str(photo)), cv2.COLOR_BGR2RGB)
    given = cv2.imread(str(folder / "trimap.png"), cv2.IMREAD_GRAYSCALE)
    truth = cv2.imread(str(folder / "alpha.png"), cv2.IMREAD_GRAYSCALE) / 255
    if scale != 1:
        size = round(image.shape[1] * scale), round(image.shape[0] * scale)
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        given = cv2.resize(given, size, interpolation=cv2.INTER_NEAREST)
        truth = cv2.resize(truth, size, interpolation=cv2.INTER_AREA)
    return image, np.select([given < 26, given > 229], [0.0, 1.0], 0.5).astype(np.float32), truth


def reference(image, trimap):
    return estimate_alpha_cf(image / 255.0, trimap.astype(np.float64))


@pytest.mark.parametrize(("pair", "scale"), [("lemur", 1.0), ("am2k_01", 0.5), ("am2k_10", 0.5)])
def test_equals_the_whole_photo_closed_form(sample_dir, pair, scale):
    image, trimap, truth = read(sample_dir / "matting" / pair, scale)
    found, expected = solve(image, trimap).alpha, reference(image, trimap)
    band = trimap == 0.5
    difference = np.abs(found - expected)[band]
    assert difference.mean() < 1 / 255
    assert np.quantile(difference, 0.999) < 4 / 255
    assert np.abs(found - truth)[band].sum() < 1.02 * np.abs(expected - truth)[band].sum()
    np.testing.assert_array_equal(found[~band], trimap[~band])


@pytest.mark.parametrize("seed", range(4))
def test_equals_it_on_small_pictures_pixel_by_pixel(seed):
    rng = np.random.default_rng(seed)
    image = cv2.GaussianBlur(rng.integers(0, 256, (48, 40, 3), dtype=np.uint8), (0, 0), 1.0)
    trimap = np.full((48, 40), 0.5, np.float32)
    trimap[:12], trimap[-12:] = 1, 0
    trimap[rng.random((48, 40)) < 0.05] = 0
    difference = np.abs(solve(image, trimap, tolerance=1e-5).alpha - reference(image, trimap))
    assert difference.max() < 1 / 255  # up to rounding of alpha next to 0 and 1, which are exact


def test_windows_do_not_know_of_each_other():
    rng = np.random.default_rng(7)
    image = cv2.GaussianBlur(rng.integers(0, 256, (60, 120, 3), dtype=np.uint8), (0, 0), 1.5)
    left = np.zeros((60, 120), np.float32)
    left[:, 30:] = 1
    left[10:50, 20:40] = 0.5
    both = left.copy()
    both[:, 75:] = 0
    both[10:50, 65:85] = 0.5
    far = np.s_[:, :55]
    assert solve(image, both).windows == 2
    difference = np.abs(solve(image, both, tolerance=1e-5).alpha - solve(image, left, tolerance=1e-5).alpha)[far]
    assert difference.max() < 1e-3


def test_the_same_input_gives_the_same_bytes(sample_dir):
    image, trimap, _ = read(sample_dir / "matting" / "lemur")
    assert solve(image, trimap).alpha.tobytes() == solve(image, trimap).alpha.tobytes()


def test_sixteen_bits_give_what_eight_give():
    rng = np.random.default_rng(1)
    image = cv2.GaussianBlur(rng.integers(0, 256, (60, 60, 3), dtype=np.uint8), (0, 0), 1.5)
    trimap = np.repeat(np.select([np.arange(60) < 15, np.arange(60) > 45], [0, 1], 0.5)[:, None], 60, 1).astype(
        np.float32
    )
    np.testing.assert_allclose(
        solve(image.astype(np.uint16) * 257, trimap, tolerance=1e-5).alpha,
        solve(image, trimap, tolerance=1e-5).alpha,
        atol=1e-3,
    )


def test_an_empty_band_returns_the_trimap():
    trimap = np.zeros((30, 30), np.float32)
    trimap[10:20] = 1
    found = solve(np.zeros((30, 30, 3), np.uint8), trimap)
    np.testing.assert_array_equal(found.alpha, trimap)
    assert (found.unknown_px, found.windows, found.iterations) == (0, 0, 0)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (2, 5), (3, 3), (40, 50)])
def test_a_wholly_unknown_photo_keeps_the_guess(shape):
    rng = np.random.default_rng(2)
    guess = np.clip(rng.random(shape), 0.01, 0.99).astype(np.float32)
    image = rng.integers(0, 256, (*shape, 3), dtype=np.uint8)
    found = solve(image, np.full(shape, 0.5, np.float32), guess)
    np.testing.assert_array_equal(found.alpha, guess)
    assert found.free_px == guess.size


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_alpha_is_constant_where_only_one_side_is_known(value):
    trimap = np.full((40, 40), value, np.float32)
    trimap[10:30, 10:30] = 0.5
    trimap[0, 0] = 0.5  # in the very corner
    image = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    found = solve(image, trimap, np.full((40, 40), 1 - value, np.float32))
    assert (found.alpha == value).all()
    assert found.one_sided_px == 401


def test_a_band_may_touch_the_frame():
    rng = np.random.default_rng(4)
    image = cv2.GaussianBlur(rng.integers(0, 256, (50, 50, 3), dtype=np.uint8), (0, 0), 1.5)
    trimap = np.full((50, 50), 0.5, np.float32)
    trimap[:, :20], trimap[:, 30:] = 0, 1
    difference = np.abs(solve(image, trimap, tolerance=1e-5).alpha - reference(image, trimap))
    assert difference.max() < 1 / 255


def test_flat_colour_gives_a_finite_smooth_alpha():
    trimap = np.full((40, 40), 0.5, np.float32)
    trimap[:, :5], trimap[:, -5:] = 0, 1
    alpha = solve(np.full((40, 40, 3), 128, np.uint8), trimap).alpha
    assert np.isfinite(alpha).all()
    assert (np.diff(alpha, axis=1) > -1e-3).all()
    assert alpha[:, 20].std() < 0.01


def test_a_huge_band_is_solved_smaller_and_stays_close(sample_dir):
    image, trimap, truth = read(sample_dir / "matting" / "lemur")
    band = trimap == 0.5
    full, reduced = solve(image, trimap), solve(image, trimap, max_unknown_px=int(band.sum() / 3.5))
    assert (full.reduction, reduced.reduction) == (1, 2)
    errors = [np.abs(found.alpha - truth)[band].mean() for found in (full, reduced)]
    assert errors[1] < errors[0] + 0.02
    assert errors[1] < 0.5 * np.abs(cv2.blur(trimap, (9, 9)) - truth)[band].mean()
    np.testing.assert_array_equal(reduced.alpha[~band], trimap[~band])


def test_a_sure_guess_pulls_and_a_coin_toss_does_not():
    rng = np.random.default_rng(6)
    image = cv2.GaussianBlur(rng.integers(0, 256, (50, 50, 3), dtype=np.uint8), (0, 0), 1.5)
    trimap = np.full((50, 50), 0.5, np.float32)
    trimap[:, :10], trimap[:, -10:] = 0, 1
    middle = np.s_[10:40, 20:30]
    plain = solve(image, trimap).alpha
    even = solve(image, trimap, np.full_like(trimap, 0.5), pull=0.1).alpha
    np.testing.assert_array_equal(even, plain)
    up = solve(image, trimap, np.full_like(trimap, 0.99), pull=0.1).alpha
    down = solve(image, trimap, np.full_like(trimap, 0.01), pull=0.1).alpha
    assert down[middle].mean() + 0.2 < plain[middle].mean() < up[middle].mean() - 0.2
