"""The backdrop model on paper we made and on the sample photos."""

import cv2
import numpy as np
import pytest

from pipeline.backdrop import fit_backdrop
from pipeline.image import freeze


def sweep(height=300, width=400, colour=(0.8, 0.78, 0.76), seed=0):
    """Seamless paper: lighter above, darker to the right, a little noise; float sRGB."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    shade = 1 - 0.05 * y - 0.04 * x - 0.05 * (x * x + y * y)
    paper = shade[..., None] * np.array(colour)
    return paper + np.random.default_rng(seed).normal(0, 0.004, paper.shape)


def eight(picture):
    return freeze(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))


def with_product(picture, box=(80, 100, 260, 300), colour=(0.5, 0.1, 0.1)):
    picture = picture.copy()
    picture[box[0] : box[2], box[1] : box[3]] = colour
    return picture


def read(path):
    return freeze(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB))


def test_surface_is_the_paper_behind_the_product():
    paper = sweep()
    found = fit_backdrop(eight(with_product(paper)))
    smooth = sweep(seed=1)  # same paper, other noise
    assert np.abs(found.surface((300, 400)) - smooth).mean() < 0.006
    assert found.uniformity > 0.9
    assert found.coverage == pytest.approx(1 - 180 * 200 / (300 * 400), abs=0.05)


def test_likelihood_tells_product_from_paper():
    found = fit_backdrop(eight(with_product(sweep())))
    height, width = found.likelihood.shape
    product = np.zeros((300, 400), np.float32)
    product[80:260, 100:300] = 1
    product = cv2.resize(product, (width, height), interpolation=cv2.INTER_AREA)
    assert found.likelihood[product == 1].max() < 0.01
    assert found.likelihood[product == 0].mean() > 0.85


def test_a_product_that_leaves_the_frame_does_not_bend_the_paper():
    paper = sweep()
    found = fit_backdrop(eight(with_product(paper, (120, 0, 300, 260))))
    assert np.abs(found.surface((300, 400))[:100] - sweep(seed=1)[:100]).mean() < 0.01


def test_sixteen_bits_give_the_same_paper():
    picture = with_product(sweep())
    wide = freeze(np.rint(np.clip(picture, 0, 1) * 65535).astype(np.uint16))
    np.testing.assert_allclose(fit_backdrop(wide).colour, fit_backdrop(eight(picture)).colour, atol=0.004)


def test_neutral_is_about_colour_not_lightness():
    assert fit_backdrop(eight(sweep(colour=(0.3, 0.3, 0.3)))).neutral
    assert not fit_backdrop(eight(sweep(colour=(0.86, 0.71, 0.68)))).neutral


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (9, 9), (40, 17)])
def test_any_size_is_fitted(shape):
    found = fit_backdrop(freeze(np.full((*shape, 3), 200, np.uint8)))
    assert found.surface(shape).shape == (*shape, 3)
    np.testing.assert_allclose(found.colour, 200 / 255, atol=0.01)


def test_the_samples_paper_is_found(sample_dir, sample_rows):
    paper, product = [], []
    for row in [row for row in sample_rows if row["source"] == "render"][::5]:
        found = fit_backdrop(read(sample_dir / row["path"]))
        alpha = cv2.imread(str(sample_dir / row["alpha_path"]), cv2.IMREAD_GRAYSCALE)
        alpha = cv2.resize(alpha, found.likelihood.shape[::-1], interpolation=cv2.INTER_AREA)
        paper.append(found.likelihood[alpha == 0].mean())
        if (alpha > 242).any():  # lace has no solid part
            product.append(found.likelihood[alpha > 242].mean())
    assert min(paper) > 0.6 and np.median(paper) > 0.82
    assert np.median(product) < 0.02


def test_real_floors_are_less_even_than_studio_paper(sample_dir, sample_rows):
    def uniformity(rows):
        return [fit_backdrop(read(sample_dir / row["path"])).uniformity for row in rows]

    studio = uniformity([row for row in sample_rows if row["source"] == "render"][::10])
    floors = uniformity([row for row in sample_rows if row["path"].startswith("photos/clothing")][:12])
    assert np.median(floors) < np.percentile(studio, 10)


def test_studio_paper_is_even_and_animals_stand_on_none(sample_dir, sample_rows):
    for row in sample_rows:
        if row["path"].startswith("matting/") or row["path"].endswith("_005/raw.jpg"):
            assert fit_backdrop(read(sample_dir / row["path"])).even == (row["source"] == "render"), row["path"]
