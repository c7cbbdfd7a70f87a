"""The studio backdrop of a photo: its colour, how even it is, and where it shows.

A seamless sweep is a smooth surface: paper of one colour under soft light, a little darker in the corners. The
model is a cubic polynomial per channel over the frame, fitted at a small size and without the subject: it starts
from the frame's border, where products rarely are, then grows into whatever agrees with it.

Source: the fit is iteratively re-weighted least squares with Tukey's biweight (Beaton and Tukey, "The fitting of
power series, meaning polynomials, illustrated on band-spectroscopic data", Technometrics 16, 1974).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image import freeze, levels

WORK_SIDE = 384  # px, longest side of the likelihood map: the paper is smooth, more pixels add time and no evidence
FIT_SIDE = 96  # px, longest side of the grid the surface is solved on
BORDER = 0.06  # share of the shorter side that counts as the frame's border
ROUNDS = 7  # of re-weighting; the weights of the sample renders no longer move after six
TUKEY = 4.685  # biweight constant with 95% efficiency on Gaussian noise (Beaton and Tukey 1974)
NOISE_FLOOR = 1.5 / 255  # sRGB; below that, 8-bit rounding and JPEG hide the difference
FIRST_SPREAD = 0.10  # sRGB; how far the paper may lie from the border's colour in the first round
EVEN_SPREAD = 0.08  # sRGB; a border with this spread around the surface has uniformity exp(-1)

# below and above, floors, gardens and folded cloth begin; the sample renders reach 0.59 and 0.030
EVEN_UNIFORMITY, EVEN_PAPER_SPREAD = 0.55, 0.035


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backdrop:
    """What is known about the paper behind the subject. Colours are sRGB-encoded, 0 to 1."""

    colour: tuple[float, float, float]  # typical colour of the paper that shows
    uniformity: float  # 0 cluttered to 1 seamless: how well the border follows the smooth surface
    coverage: float  # share of the frame where the paper shows
    border_coverage: float  # share of the border where the paper shows
    spread: float  # robust scatter around the surface, sRGB
    chroma: float  # CIELAB chroma of the colour
    lightness: float  # CIELAB L* of the colour
    likelihood: np.ndarray  # float32 (h, w) in [0, 1], longest side `WORK_SIDE`: how much a pixel looks like paper
    small: np.ndarray  # float32 (h, w, 3) in [0, 1]: the photo at the size of ``likelihood``, sRGB-encoded
    coefficients: np.ndarray  # float64 (10, 3): cubic surface in x, y from -1 to 1 across the frame

    @property
    def even(self) -> bool:
        """Whether this is one smooth surface, so that its colour and shading say something about the light."""
        return self.uniformity >= EVEN_UNIFORMITY and self.spread <= EVEN_PAPER_SPREAD

    @property
    def neutral(self) -> bool:
        """Whether the paper looks grey as it is (CIELAB chroma below 6: a fair colour cast, not a coloured paper)."""
        return self.chroma < 6.0

    def surface(self, shape: tuple[int, int]) -> np.ndarray:
        """The paper without the subject at any size: float32 (H, W, 3) in [0, 1], sRGB-encoded."""
        height, width = shape
        small = (min(height, 192), min(width, 192))  # a cubic loses nothing when it is enlarged linearly from 192 px
        basis = _basis(*small)
        flat = np.clip(basis @ self.coefficients, 0.0, 1.0).astype(np.float32).reshape(*small, 3)
        if small != (height, width):
            flat = cv2.resize(flat, (width, height), interpolation=cv2.INTER_LINEAR)
        return flat


def fit_backdrop(image: np.ndarray) -> Backdrop:
    """Find the paper behind the subject.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``, sRGB-encoded.

    Returns:
        The fitted `Backdrop`. A cluttered photo gets one too, with a low ``uniformity``: whoever uses it decides
        whether that is good enough.
    """
    small = shrink(image, WORK_SIDE)
    grid = cv2.resize(small, fit_size(small.shape[:2], FIT_SIDE), interpolation=cv2.INTER_AREA)
    basis = _basis(*grid.shape[:2])
    pixels = grid.reshape(-1, 3).astype(np.float64)
    border = border_mask(grid.shape[:2]).ravel()
    coefficients, spread = _grow(basis, pixels, border)

    surface = _evaluate(coefficients, small.shape[:2])
    distance = np.abs(small - surface).max(axis=2)
    scale = max(spread, NOISE_FLOOR)
    likelihood = np.exp(-0.5 * np.square(distance / (2.5 * scale))).astype(np.float32)
    edge = border_mask(small.shape[:2])
    shows = likelihood > 0.5
    evidence = shows if shows.any() else edge
    colour = np.clip(np.median(small[evidence], axis=0), 0.0, 1.0)
    lab = cv2.cvtColor(colour.astype(np.float32).reshape(1, 1, 3), cv2.COLOR_RGB2LAB).ravel()
    return Backdrop(
        colour=tuple(float(c) for c in colour),
        uniformity=float(np.exp(-np.mean(np.minimum(distance[edge], 3 * EVEN_SPREAD)) / EVEN_SPREAD)),
        coverage=float(shows.mean()),
        border_coverage=float(shows[edge].mean()),
        spread=float(spread),
        chroma=float(np.hypot(lab[1], lab[2])),
        lightness=float(lab[0]),
        likelihood=freeze(likelihood),
        small=freeze(small),
        coefficients=freeze(coefficients),
    )


def shrink(image: np.ndarray, side: int) -> np.ndarray:
    """The photo at a working size, float32 in [0, 1]; never enlarged."""
    size = fit_size(image.shape[:2], side)
    small = image if size == image.shape[1::-1] else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) * np.float32(1.0 / levels(image))


def fit_size(shape: tuple[int, int], side: int) -> tuple[int, int]:
    """(width, height) with that longest side, never larger than ``shape``."""
    scale = min(1.0, side / max(shape))
    return max(1, round(shape[1] * scale)), max(1, round(shape[0] * scale))


def border_mask(shape: tuple[int, int]) -> np.ndarray:
    """The frame's border, bool (H, W)."""
    width = max(1, round(BORDER * min(shape)))
    mask = np.ones(shape, bool)
    mask[width:-width, width:-width] = False
    return mask


def _grow(basis: np.ndarray, pixels: np.ndarray, border: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients (10, 3) and scatter of the surface that most of the border and what agrees with it follows."""
    centre = np.median(pixels[border], axis=0)
    away = np.abs(pixels - centre).max(axis=1)
    weights = border * np.clip(1.0 - np.square(away / (2 * FIRST_SPREAD)), 0.0, None)
    if weights.sum() < 0.1 * border.sum():  # a border of many colours: use all of it
        weights = border.astype(np.float64)
    coefficients = np.zeros((basis.shape[1], 3))
    spread = FIRST_SPREAD
    for turn in range(ROUNDS):
        terms = 6 if turn < 3 else basis.shape[1]  # quadratic until the inside has joined: a cubic would swing there
        weighted = basis[:, :terms] * weights[:, None]
        gram = weighted.T @ basis[:, :terms] + 1e-6 * np.eye(terms) * max(weights.sum(), 1.0)
        coefficients[:] = 0.0
        coefficients[:terms] = np.linalg.solve(gram, weighted.T @ pixels)
        distance = np.abs(pixels - basis @ coefficients).max(axis=1)
        held = distance[border & (weights > 0)] if (border & (weights > 0)).any() else distance[border]
        spread = float(np.clip(1.4826 * np.median(held), NOISE_FLOOR, FIRST_SPREAD))
        weights = np.square(np.clip(1.0 - np.square(distance / (TUKEY * spread)), 0.0, None))
        if weights.sum() < basis.shape[1]:
            weights = border.astype(np.float64)
    return coefficients, spread


def _basis(height: int, width: int) -> np.ndarray:
    """Cubic polynomial terms over the frame, float64 (H*W, 10); the first six are the quadratic."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    x, y = x.ravel(), y.ravel()
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y, x**3, x * x * y, x * y * y, y**3], axis=1)


def _evaluate(coefficients: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The surface on a small grid, float32 (h, w, 3)."""
    return (_basis(*shape) @ coefficients).astype(np.float32).reshape(*shape, 3)
