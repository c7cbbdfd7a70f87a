"""The assembled system against the definition, written out in extended precision."""

import numpy as np
import pytest

from pipeline.matting.band import number_band
from pipeline.matting.laplacian import EPSILON, band_laplacian


def whole_laplacian(image: np.ndarray) -> np.ndarray:
    """The matting Laplacian of a small 8-bit photo, by its definition (Levin et al. 2008, eq. 12)."""
    height, width = image.shape[:2]
    matrix = np.zeros((height * width, height * width), np.longdouble)
    colours = image.astype(np.longdouble) / 255
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            index = [(y + dy) * width + x + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
            patch = colours.reshape(-1, 3)[index]
            patch = patch - patch.mean(axis=0)
            covariance = patch.T @ patch / 9 + np.eye(3) * np.longdouble(EPSILON) / 9
            between = patch @ inverse(covariance) @ patch.T
            matrix[np.ix_(index, index)] += np.eye(9) - (1 + between) / 9
    return matrix


def inverse(matrix: np.ndarray) -> np.ndarray:
    """Gauss-Jordan: numpy's own has no extended precision."""
    work = np.concatenate([matrix, np.eye(3, dtype=np.longdouble)], axis=1)
    for k in range(3):
        work[k] /= work[k, k]
        for row in {0, 1, 2} - {k}:
            work[row] -= work[row, k] * work[k]
    return work[:, 3:]


def dense(coefficients, band, shape):
    """The band's rows as a dense matrix over its unknown pixels."""
    count = len(band.yx)
    matrix = np.zeros((count, count))
    number = np.pad(band.number, 2, constant_values=-1)
    for i, (y, x) in enumerate(band.yx):
        columns = number[y : y + 5, x : x + 5].ravel()
        matrix[i, columns[columns >= 0]] = coefficients[i][columns >= 0]
        assert not coefficients[i][columns < 0].any(), "a known pixel kept its column"
    return matrix


@pytest.mark.parametrize("kind", ["colour", "grey", "flat"])
def test_known_pixels_move_to_the_right_hand_side(kind):
    rng = np.random.default_rng(3)
    image = {
        "colour": rng.integers(0, 256, (7, 8, 3)),
        "grey": rng.integers(0, 256, (7, 8, 1)).repeat(3, axis=2) + rng.integers(0, 2, (7, 8, 3)) - 1,
        "flat": np.full((7, 8, 3), 90),
    }[kind]
    image = np.clip(image, 0, 255).astype(np.uint8)
    unknown = np.zeros((7, 8), bool)
    unknown[1:6, 2:6] = rng.random((5, 4)) < 0.8
    unknown[0, 7] = True  # at the frame, seen by one window only
    subject = np.zeros((7, 8), np.uint8)
    subject[:, :3] = 1
    subject[unknown] = 0

    band = number_band(unknown)
    coefficients, right = band_laplacian(image, subject, band)
    whole = whole_laplacian(image)
    free, fixed = unknown.ravel(), ~unknown.ravel()
    np.testing.assert_allclose(
        dense(coefficients, band, unknown.shape), whole[np.ix_(free, free)].astype(float), atol=2e-6
    )
    expected = -(whole[np.ix_(free, fixed)] @ subject.ravel()[fixed])
    np.testing.assert_allclose(right[band.own], expected.astype(float), atol=2e-6)


def test_near_grey_windows_keep_their_digits_where_a_determinant_loses_them():
    from pymatting.laplacian.cf_laplacian import cf_laplacian

    ramp = np.linspace(20, 230, 144).reshape(12, 12)
    image = np.clip(np.stack([ramp, ramp, ramp], axis=2), 0, 255).astype(np.uint8)
    truth = whole_laplacian(image).astype(float)
    unknown = np.ones((12, 12), bool)
    band = number_band(unknown)
    coefficients, _ = band_laplacian(image, np.zeros((12, 12), np.uint8), band)
    ours = np.abs(dense(coefficients, band, unknown.shape) - truth).max()
    theirs = np.abs(cf_laplacian(image / 255.0).toarray() - truth).max()
    assert ours < 1e-6
    assert theirs > 10 * ours
