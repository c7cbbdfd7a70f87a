"""The paper behind the subject as a smooth surface, at working size and in Lab."""

from __future__ import annotations

import cv2
import numpy as np

FIT_SIDE = 96  # px; the surface is smooth, more pixels add time only
RING = 0.10  # share of the shorter side taken for the frame at first
INSIDE = 0.02  # weight of a pixel inside the frame before the frame's own surface is known
ROUNDS = (10, 14)  # quadratic on the frame, then quartic grown into the picture; converged on the sample renders
BIWEIGHT = 3.5  # times the spread; beyond, a pixel has no say
LEAST_PAPER = 0.3  # share of the frame that must agree, else the spread grows until it does
ALIKE = 10.0  # Lab; how much light may change along the frame for two places to be the same paper at first sight
STIFFNESS = 0.02  # of the cubic and quartic terms against the data: paper does not bulge where nobody sees it
SPREAD_FLOOR = 0.8  # Lab; 8-bit rounding and compression hide less


def fit_paper(lab: np.ndarray) -> tuple[np.ndarray, float]:
    """The paper's colour under the whole picture, and how far the paper strays from it.

    A quadratic surface is fitted to the frame, from its commonest colour on, then a quartic one to all that agrees
    with it, each by re-weighted least squares.

    Args:
        lab: float32 (h, w, 3), CIELAB.

    Returns:
        Surface like ``lab``, and the spread in Lab units.

    Source:
        Beaton and Tukey 1974 (biweight).
    """
    height, width = lab.shape[:2]
    scale = min(1.0, FIT_SIDE / max(height, width))
    size = max(8, round(width * scale)), max(8, round(height * scale))
    value = cv2.resize(lab, size, interpolation=cv2.INTER_AREA).reshape(-1, 3).astype(np.float64)
    terms = _terms(*size)
    frame = _near_frame(*size)
    first = np.where(frame, 1.0, INSIDE)
    off = np.sqrt(((value - _commonest(value[frame])) ** 2).sum(axis=1))
    weight = first * np.exp(-((off / ALIKE) ** 2)) + 1e-6
    stiff = np.where(np.arange(terms.shape[1]) < 6, 1e-6, STIFFNESS)
    for turn in range(sum(ROUNDS)):
        count = terms.shape[1] if turn >= ROUNDS[0] else 6
        used = terms[:, :count]
        pull = used.T * weight
        solution = np.linalg.solve(pull @ used + np.diag(stiff[:count] * weight.sum()), pull @ value)
        distance = np.sqrt(((value - used @ solution) ** 2).sum(axis=1))
        agreeing = float(np.median(distance[frame & (weight > 0.05)]))
        spread = max(SPREAD_FLOOR, 1.4826 * max(agreeing, float(np.quantile(distance[frame], LEAST_PAPER))))
        share = np.clip(distance / (BIWEIGHT * spread), 0.0, 1.0)
        weight = (first if count == 6 else np.where(frame, 1.0, 0.3)) * (1.0 - share**2) ** 2 + 1e-6
    surface = (terms @ solution).reshape(size[1], size[0], 3).astype(np.float32)
    return cv2.resize(surface, (width, height), interpolation=cv2.INTER_CUBIC), spread


def fill_smoothly(value: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Values where the weight is 1, carried smoothly into where it is 0.

    Args:
        value: float32 (h, w, 3).
        weight: float32 (h, w) in [0, 1].

    Source:
        Gortler et al. 1996, "The lumigraph" (push-pull).
    """
    levels, total, mass = [], value * weight[..., None], weight
    while min(mass.shape) > 2:
        levels.append((total, mass))
        total, mass = cv2.pyrDown(total), cv2.pyrDown(mass)
    out = total / np.maximum(mass, 1e-6)[..., None]
    for total, mass in reversed(levels):
        coarse = cv2.resize(out, (mass.shape[1], mass.shape[0]), interpolation=cv2.INTER_LINEAR)
        # total = mass * own value, so this is mass * own + (1 - mass) * coarse
        out = total + (1.0 - mass)[..., None] * coarse
    return out


def _commonest(colours: np.ndarray) -> np.ndarray:
    """The colour with the most others close by."""
    some = colours[:: max(1, len(colours) // 64)]
    away = np.sqrt(((some[:, None] - colours[None]) ** 2).sum(axis=2))
    return some[int(np.argmax((away < ALIKE / 2).sum(axis=1)))]


def _terms(width: int, height: int) -> np.ndarray:
    y, x = (axis.ravel() for axis in np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j])
    terms = (np.ones_like(x), x, y, x * x, x * y, y * y, x * x * y, x * y * y, x**3, y**3, x**4, x * x * y * y, y**4)
    return np.stack(terms, axis=1)


def _near_frame(width: int, height: int) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    inset = np.minimum(np.minimum(y, height - 1 - y), np.minimum(x, width - 1 - x))
    return (inset < RING * min(height, width)).ravel()
