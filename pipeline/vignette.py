"""How much the corners of a photo are darkened by the lens, told apart from the sweep's own shading.

A seamless sweep gets lighter or darker from floor to wall and from one lamp to the other: smooth in y, about linear
in x. A lens darkens with the distance from the centre, in x as in y. So the curvature across the frame belongs to
the lens, once a free curve in y and a slope in x are taken away.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.backdrop import Backdrop, shrink
from pipeline.tone import LUMINANCE, scene_light

FIT_SIDE = 160  # px
STRENGTHS = np.linspace(-0.1, 0.7, 41)  # of the search; 0.7 takes 1.5 EV from the corners
LAMP_FALLOFF = 0.03  # v that a soft box on a sweep shows without any lens; median of every second half of the renders
ROUNDS = 2  # of robust re-weighting
MIN_PIXELS = 400  # of paper at FIT_SIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Vignette:
    """Strength v of 1 / (1 + v r^2 / 2)^2 (r^2 = 2 in the corners); None where the paper does not tell."""

    strength: float | None
    scatter: float  # of log light around the fit
    sweep_ev: float  # shading of the paper from top to bottom that is not the lens's


def fit_vignette(image: np.ndarray, backdrop: Backdrop) -> Vignette:
    """The lens's corner darkening in a photo, read from the paper that shows."""
    small = shrink(image, FIT_SIDE)
    height, width = small.shape[:2]
    paper = cv2.resize(backdrop.likelihood, (width, height), interpolation=cv2.INTER_AREA) > 0.5
    paper &= (small.max(axis=2) < 0.985) & (small.max(axis=2) > 0.02)
    down, across = (2 * (np.arange(size) + 0.5) / size - 1 for size in (height, width))
    y, x = np.meshgrid(down, across, indexing="ij")
    sides = min((paper & (x < -0.4)).sum(), (paper & (x > 0.4)).sum())
    if paper.sum() < MIN_PIXELS or sides < MIN_PIXELS / 8:
        return Vignette(strength=None, scatter=0.0, sweep_ev=0.0)
    x, y = x[paper], y[paper]
    light = np.log(np.maximum(scene_light(small[paper].astype(np.float64)) @ LUMINANCE, 1e-4))
    radius = x * x + y * y
    sweep = np.stack([np.ones_like(x), x, y, x * y, y * y, y**3], axis=1)
    lens = 2 * np.log1p(np.outer(STRENGTHS, radius) / 2)  # (strengths, pixels)
    weights = np.ones(light.size)
    for _ in range(ROUNDS):
        basis, _ = np.linalg.qr(sweep * weights[:, None])
        target = (light + lens) * weights
        rest = target - (target @ basis) @ basis.T
        errors = np.square(rest).sum(axis=1)
        best = int(errors.argmin())
        away = np.abs(rest[best]) / np.maximum(weights, 1e-6)
        scatter = 1.4826 * float(np.median(away)) + 1e-6
        weights = np.clip(1.0 - np.square(away / (4 * scatter)), 0.0, None)
    strength = float(STRENGTHS[best])
    if 0 < best < len(STRENGTHS) - 1:  # vertex of the parabola through the three smallest errors
        before, here, after = errors[best - 1 : best + 2]
        strength += 0.5 * (before - after) / max(before - 2 * here + after, 1e-12) * (STRENGTHS[1] - STRENGTHS[0])
    shape = np.linalg.lstsq(sweep * weights[:, None], (light + lens[best]) * weights, rcond=None)[0]
    return Vignette(
        strength=max(0.0, float(strength) - LAMP_FALLOFF),
        scatter=scatter,
        sweep_ev=float(2 * (shape[2] + shape[5]) / np.log(2)),
    )
