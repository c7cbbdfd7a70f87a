import numpy as np
import pytest

from pipeline.matting import sweeps
from pipeline.matting.band import number_band
from pipeline.matting.conjugate_gradient import solve
from pipeline.matting.laplacian import band_laplacian
from pipeline.matting.multigrid import build_multigrid


def strands(side: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A picture of bright strands on a dark backdrop, its unknown middle and its known subject."""
    rng = np.random.default_rng(seed)
    x = np.arange(side)
    alpha = 0.5 + 0.5 * np.sin(x / 2.5 + 3 * np.sin(x / 17))[None, :] * np.ones((side, 1))
    alpha[: side // 5] = 1
    alpha[-side // 5 :] = 0
    colour = (
        alpha[..., None] * [200, 150, 90] + (1 - alpha[..., None]) * [40, 60, 80] + rng.normal(0, 2, (side, side, 3))
    )
    unknown = np.zeros((side, side), bool)
    unknown[side // 5 : -side // 5] = True
    subject = np.zeros((side, side), np.uint8)
    subject[: side // 5] = 1
    return np.clip(colour, 0, 255).astype(np.uint8), unknown, subject


def run(side: int, tolerance: float):
    image, unknown, subject = strands(side)
    band = number_band(unknown)
    coefficients, right = band_laplacian(image, subject, band)
    multigrid = build_multigrid(image, band, coefficients)
    solved = solve(coefficients, band.starts, right, multigrid, tolerance=tolerance, max_iterations=200)
    return band, coefficients, right, solved


def test_iterations_hardly_grow_with_the_band():
    few = [run(side, 1 / 512)[3].iterations for side in (80, 160, 320)]
    assert max(few) <= 25  # plain conjugate gradients need hundreds
    assert few[2] <= few[0] + 10


def test_the_solution_satisfies_the_system():
    band, coefficients, right, solved = run(120, 1e-6)
    image = np.zeros(band.length, np.float32)
    sweeps.multiply(coefficients, band.starts, solved.alpha, image)
    assert np.linalg.norm(image - right) < 1e-5 * np.linalg.norm(right)
    assert solved.residual < 1e-5


def test_the_last_step_bounds_what_is_left():
    exact = run(160, 1e-6)
    stopped = run(160, 1 / 128)
    assert stopped[3].iterations < exact[3].iterations
    assert stopped[3].last_step <= 1 / 128
    assert np.abs(stopped[3].alpha - exact[3].alpha).max() < 1 / 64


@pytest.mark.parametrize("side", [5, 9, 40])
def test_the_preconditioner_is_positive(side):
    image, unknown, subject = strands(side)
    band = number_band(unknown)
    coefficients, _ = band_laplacian(image, subject, band)
    multigrid = build_multigrid(image, band, coefficients)
    rng = np.random.default_rng(5)
    for _ in range(5):
        vector = np.zeros(band.length, np.float32)
        vector[band.own] = rng.normal(size=len(band.yx))
        assert sweeps.dot(vector, multigrid.apply(vector)) > 0
