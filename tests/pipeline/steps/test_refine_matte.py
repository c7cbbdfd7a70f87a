import cv2
import numpy as np
import pytest

from pipeline import registry
from pipeline.image import check_values, freeze
from pipeline.steps.refine_matte import RefineMatteParams, refine_matte


def refine(image, trimap, confidence=None, **params):
    image, trimap = freeze(image.copy()), freeze(trimap.astype(np.float32))
    confidence = trimap if confidence is None else freeze(confidence.astype(np.float32))
    found = refine_matte(image=image, confidence=confidence, trimap=trimap, params=RefineMatteParams(**params))
    check_values({"image": image, **found}, where="refine_matte")
    assert set(found) == {"alpha", "foreground", "matte"}
    assert found["foreground"].dtype == image.dtype
    return found


@pytest.fixture(scope="module")
def lemur(sample_dir):
    folder = sample_dir / "matting" / "lemur"
    image = cv2.cvtColor(cv2.imread(str(folder / "photo.png")), cv2.COLOR_BGR2RGB)
    given = cv2.imread(str(folder / "trimap.png"), cv2.IMREAD_GRAYSCALE)
    truth = cv2.imread(str(folder / "alpha.png"), cv2.IMREAD_GRAYSCALE) / np.float32(255)
    colours = cv2.cvtColor(cv2.imread(str(folder / "foreground.png")), cv2.COLOR_BGR2RGB)
    return image, np.select([given < 26, given > 229], [0.0, 1.0], 0.5).astype(np.float32), truth, colours


def test_it_is_registered():
    assert registry.step("refine_matte").run is refine_matte


def test_known_pixels_stay_known_and_the_band_comes_close_to_the_truth(lemur):
    image, trimap, truth, _ = lemur
    found = refine(image, trimap)
    band = trimap == 0.5
    np.testing.assert_array_equal(found["alpha"][~band], trimap[~band])
    assert np.abs(found["alpha"] - truth)[band].mean() < 0.01
    matte = found["matte"]
    assert matte.unknown_share == pytest.approx(band.mean())
    assert matte.windows >= 1 and 0 < matte.iterations < 40 and matte.last_step <= 1 / 128
    assert matte.band_confidence == 0.0  # a trimap's 0.5 is a coin toss
    assert matte.reduction == 1


def test_recomposed_on_white_and_black_little_of_the_old_backdrop_is_left(lemur):
    image, trimap, truth, colours = lemur
    found = refine(image, trimap)
    band = (trimap == 0.5) & (truth > 0.02) & (truth < 0.98)
    for paper in (0.0, 255.0):

        def over(alpha, picture, paper=paper):
            return alpha[band][:, None] * picture[band] + (1 - alpha[band][:, None]) * paper

        wanted = over(truth, colours)
        clean = np.abs(over(found["alpha"], found["foreground"]) - wanted).mean()
        assert clean < 4.0  # 8-bit levels
        assert clean < 0.5 * np.abs(over(found["alpha"], image) - wanted).mean()


def test_the_photo_is_kept_wherever_alpha_is_one(lemur):
    image, trimap, _, _ = lemur
    found = refine(image, trimap)
    solid = found["alpha"] == 1
    np.testing.assert_array_equal(found["foreground"][solid], image[solid])
    assert (found["foreground"] != image).any()


def test_an_empty_band_changes_nothing():
    trimap = np.zeros((40, 40))
    trimap[10:30, 10:30] = 1
    image = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    found = refine(image, trimap)
    np.testing.assert_array_equal(found["alpha"], trimap)
    np.testing.assert_array_equal(found["foreground"], image)
    assert found["matte"].band_confidence is None
    assert found["matte"].unknown_share == 0


def test_a_sure_confidence_decides_where_colours_do_not():
    """Subject and paper of one colour: only the confidence can tell where the edge is."""
    image = np.full((60, 90, 3), 200, np.uint8) + np.random.default_rng(0).integers(0, 3, (60, 90, 3), dtype=np.uint8)
    trimap = np.full((60, 90), 0.5)
    trimap[:, :10], trimap[:, -10:] = 0, 1
    confidence = (np.arange(90) >= 30)[None, :].repeat(60, axis=0) * 0.98 + 0.01
    truth = np.arange(90) >= 30
    with_it = refine(image, trimap, confidence)["alpha"]
    without = refine(image, trimap, confidence, confidence_pull=0.0)["alpha"]
    assert np.abs(with_it - truth).mean() < 0.7 * np.abs(without - truth).mean()


def test_a_band_over_the_limit_is_solved_smaller_and_says_so(lemur):
    image, trimap, truth, _ = lemur
    found = refine(image, trimap, max_unknown_mpx=0.012)
    assert found["matte"].reduction == 2
    assert np.abs(found["alpha"] - truth)[trimap == 0.5].mean() < 0.03


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (2, 2), (31, 17)])
def test_tiny_and_wholly_unknown_photos(shape, dtype):
    rng = np.random.default_rng(0)
    image = rng.integers(0, np.iinfo(dtype).max, (*shape, 3)).astype(dtype)
    confidence = rng.random(shape).astype(np.float32)
    found = refine(image, np.full(shape, 0.5), confidence)
    np.testing.assert_allclose(found["alpha"], confidence, atol=1e-6)
    assert found["matte"].free_share == 1.0


def test_the_same_input_gives_the_same_bytes(lemur):
    image, trimap, _, _ = lemur
    first, second = refine(image, trimap), refine(image, trimap)
    assert first["alpha"].tobytes() == second["alpha"].tobytes()
    assert first["foreground"].tobytes() == second["foreground"].tobytes()
    assert first["matte"] == second["matte"]
