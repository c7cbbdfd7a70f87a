"""The colour of the light, told apart from the colour of the paper.

A cast and a coloured paper look alike in one photo. Two numbers describe a colour without its brightness: warmth is
ln(R/B) and tint is ln(G^2/RB), both of linear light; a neutral surface shows the light's own.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.backdrop import Backdrop
from pipeline.tone import LUMINANCE, to_linear

# Inside this ellipse paper is taken for neutral under a cast: calibrated on half of the sample renders, whose casts
# reach 0.42 and 0.28; pastel papers start at 0.5 (sand, sky) or a tint of 0.35 (blush, sage) and a cast moves them
# about. Warm papers (sand, cream, kraft) are the commonest coloured ones, so warmth is believed less than coolness.
WARM_CAST, COOL_CAST, CAST_TINT = 0.36, 0.46, 0.34
DARK_WARMTH, DARK_TINT = 0.8, 0.45  # charcoal and black rolls are sold neutral, so a strong cast is believed
DARK_PAPER = 0.09  # linear luminance
VISIBLE = 0.03  # warmth or tint below this moves a mid grey by less than two 8-bit levels: leave it
DARK_DOUBT = 0.002  # and this much more per 1/luminance: black paper is never quite neutral itself
MIN_SHARE = 0.002  # of the frame: fewer highlight pixels than that are a reflection, not evidence
CLUSTER = 0.05  # warmth and tint around the densest highlight colour
AGREEMENT = 0.5  # share of the highlights that must lie in that cluster
WHITE_WARMTH, WHITE_TINT = 0.25, 0.15  # ellipse for highlights to be white under a cast: skin and gold lie outside
CLIPPING, CRUSHED = 0.85, 0.0016  # linear; beyond, a channel is compressed and ratios lie
TABLE = to_linear(np.linspace(0.0, 1.0, 4096)).astype(np.float32)


def linear_light(small: np.ndarray) -> np.ndarray:
    """A working copy (h, w, 3) float32, sRGB-encoded 0..1, in linear light (by table: a power costs ten times more)."""
    return TABLE[(small * (len(TABLE) - 1) + 0.5).astype(np.int16)]


def paper_light(light: np.ndarray, backdrop: Backdrop) -> np.ndarray:
    """Linear colour of the paper where no channel is near its end: there the ratios are true."""
    shows = backdrop.likelihood > 0.5
    honest = shows & (light.max(axis=2) < CLIPPING) & (light.min(axis=2) > CRUSHED)
    mask = honest if honest.sum() >= 200 else shows
    if not mask.any():
        return np.maximum(to_linear(np.array(backdrop.colour)), 1e-4)
    return np.maximum(np.median(light[mask], axis=0), 1e-4)


def could_be_neutral(warmth: float, tint: float, luminance: float) -> bool:
    """Whether a paper's colour may be a grey under a plausible cast."""
    limits = (WARM_CAST if warmth > 0 else COOL_CAST, CAST_TINT)
    if luminance < DARK_PAPER:
        limits = (DARK_WARMTH, DARK_TINT)
    return (warmth / limits[0]) ** 2 + (tint / limits[1]) ** 2 < 1.0


def is_visible(warmth: float, tint: float, luminance: float) -> bool:
    """Whether a cast read from paper of that luminance would be noticed, and is more than the paper's own doubt."""
    return max(abs(warmth), abs(tint)) >= VISIBLE + DARK_DOUBT / max(luminance, 1e-3)


def white_highlights(light: np.ndarray, backdrop: Backdrop, paper: tuple[float, float]) -> tuple[float, float] | None:
    """Warmth and tint that most bright, unclipped parts of the product share, if they do."""
    behind = linear_light(backdrop.surface(light.shape[:2])) @ LUMINANCE
    warmth, tint = chroma(np.maximum(light, 1e-4))
    bright = (backdrop.likelihood < 0.1) & (light @ LUMINANCE > np.maximum(1.15 * behind, 0.04))
    bright &= (light.max(axis=2) < CLIPPING) & (np.hypot(warmth - paper[0], tint - paper[1]) > 2 * CLUSTER)
    near = bright & (np.square(warmth / WHITE_WARMTH) + np.square(tint / WHITE_TINT) < 1.0)
    if near.sum() < MIN_SHARE * near.size:
        return None
    bins, step = 45, 0.02
    reach = bins * step / 2
    counts, _, _ = np.histogram2d(warmth[near], tint[near], bins=bins, range=[[-reach, reach]] * 2)
    counts = cv2.GaussianBlur(counts, (0, 0), 1.5)
    peak = (np.array(np.unravel_index(counts.argmax(), counts.shape)) + 0.5) * step - reach
    inside = near & (np.hypot(warmth - peak[0], tint - peak[1]) < CLUSTER)
    if inside.sum() < AGREEMENT * bright.sum():
        return None
    return float(np.median(warmth[inside])), float(np.median(tint[inside]))


def chroma(colour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Warmth and tint of linear colours (..., 3)."""
    red, green, blue = np.moveaxis(np.log(colour), -1, 0)
    return red - blue, 2 * green - red - blue


def channel_gains(warmth: float, tint: float) -> np.ndarray:
    """Channel gains of a cast, mean 1."""
    gains = np.exp([warmth / 2 - tint / 6, tint / 3, -warmth / 2 - tint / 6])
    return gains / gains.mean()
