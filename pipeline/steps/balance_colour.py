"""Take the colour cast out of the photo."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.backdrop import WORK_SIDE, Backdrop, fit_backdrop, shrink
from pipeline.image import freeze
from pipeline.step import Step, param
from pipeline.tone import LUMINANCE, apply_gains, to_linear

# A cast and a coloured paper look alike in one photo. Warmth is ln(R/B), tint is ln(G^2/RB), of linear light.
# Inside this ellipse paper is taken for neutral under a cast: calibrated on every second half of the sample renders,
# whose casts reach 0.42 and 0.28; pastel papers start at 0.5 (sand, sky) or a tint of 0.35 (blush, sage).
CAST_WARMTH, CAST_TINT = 0.46, 0.34
DARK_WARMTH, DARK_TINT = 0.8, 0.45  # charcoal and black rolls are sold neutral, so a strong cast is believed
DARK_PAPER = 0.09  # linear luminance
VISIBLE = 0.03  # warmth or tint below this moves a mid grey by less than two 8-bit levels: leave it
DARK_DOUBT = 0.002  # and this much more per 1/luminance: black paper is never quite neutral itself
EVEN_ENOUGH = 0.45  # uniformity of the backdrop below which its colour says nothing about the light
MIN_SHARE = 0.002  # of the frame: fewer highlight pixels than that are a reflection, not evidence
CLUSTER = 0.05  # warmth and tint around the densest highlight colour
AGREEMENT = 0.5  # share of the highlights that must lie in that cluster
WHITE_WARMTH, WHITE_TINT = 0.25, 0.15  # ellipse for highlights to be white under a cast: skin and gold lie outside


@dataclass(frozen=True, slots=True)
class BalanceColourParams:
    """What the spec knows about the paper."""

    paper: str = param(
        "auto", doc="whether the paper is grey or coloured; auto decides per photo",
        choices=("auto", "neutral", "coloured"),
    )  # fmt: skip
    strength: float = param(1.0, doc="share of the cast that is taken out", low=0.0, high=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourBalance:
    """What was done about the cast; ``cast_*`` are the gains found in the photo, linear, mean 1."""

    evidence: str  # "paper", "highlights" or "none"
    reason: str | None  # why nothing was done
    cast_r: float
    cast_g: float
    cast_b: float
    paper_warmth: float  # ln(R/B) of the paper's light as photographed
    paper_tint: float  # ln(G^2/RB)
    white_point: float  # linear luminance of the paper as photographed, 0 to 1


def balance_colour(*, image: np.ndarray, params: BalanceColourParams) -> dict[str, object]:
    """Make greys grey: read the light's colour from neutral paper, else from white parts of the product.

    Coloured paper keeps its colour: then only bright parts of the product that agree on one near-neutral colour
    count as evidence, and without them the photo stays as it is, with the reason in the record. Lightness is left
    to `correct_lighting`; highlights that are already white stay white.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``, sRGB-encoded.
        params: See `BalanceColourParams`.
    """
    backdrop = fit_backdrop(image)
    light = to_linear(shrink(image, WORK_SIDE)).astype(np.float32)
    colour = _paper_light(light, backdrop)
    luminance = float(colour @ LUMINANCE)
    warmth, tint = (float(v) for v in _chroma(colour))
    evidence, reason = "none", None
    if backdrop.uniformity < EVEN_ENOUGH:
        reason = "the background is not an even backdrop"
    elif params.paper == "neutral" or (params.paper == "auto" and _could_be_neutral(warmth, tint, luminance)):
        evidence, found = "paper", (warmth, tint)
    else:
        found = _highlights(light, backdrop, (warmth, tint))
        if found is None:
            reason = "coloured paper, and no white part of the product to judge by"
        else:
            evidence = "highlights"
    if evidence != "none" and max(abs(found[0]), abs(found[1])) < VISIBLE + DARK_DOUBT / max(luminance, 1e-3):
        evidence, reason = "none", "no visible cast"
    cast = _gains(*found) if evidence != "none" else np.ones(3)
    record = ColourBalance(
        evidence=evidence, reason=reason, cast_r=float(cast[0]), cast_g=float(cast[1]), cast_b=float(cast[2]),
        paper_warmth=warmth, paper_tint=tint, white_point=luminance,
    )  # fmt: skip
    if evidence == "none" or params.strength == 0.0:
        return {"image": image, "colour_balance": record}
    gains = tuple(float(g) ** -params.strength for g in cast)
    return {"image": freeze(apply_gains(image, gains)), "colour_balance": record}


def _could_be_neutral(warmth: float, tint: float, luminance: float) -> bool:
    """Whether the paper's colour may be a grey under a plausible cast."""
    limits = (DARK_WARMTH, DARK_TINT) if luminance < DARK_PAPER else (CAST_WARMTH, CAST_TINT)
    return (warmth / limits[0]) ** 2 + (tint / limits[1]) ** 2 < 1.0


def _paper_light(light: np.ndarray, backdrop: Backdrop) -> np.ndarray:
    """Linear colour of the paper where no channel is near its end: there the ratios are true."""
    shows = backdrop.likelihood > 0.5
    honest = shows & (light.max(axis=2) < 0.85) & (light.min(axis=2) > 0.0016)
    mask = honest if honest.sum() >= 200 else shows
    if not mask.any():
        return to_linear(np.array(backdrop.colour))
    return np.maximum(np.median(light[mask], axis=0), 1e-4)


def _highlights(light: np.ndarray, backdrop: Backdrop, paper: tuple[float, float]) -> tuple[float, float] | None:
    """Warmth and tint that most bright, unclipped parts of the product share, if they do."""
    behind = to_linear(backdrop.surface(light.shape[:2])).astype(np.float32) @ LUMINANCE
    warmth, tint = _chroma(np.maximum(light, 1e-4))
    bright = (backdrop.likelihood < 0.1) & (light @ LUMINANCE > np.maximum(1.15 * behind, 0.04))
    bright &= (light.max(axis=2) < 0.85) & (np.hypot(warmth - paper[0], tint - paper[1]) > 2 * CLUSTER)
    near = bright & (np.square(warmth / WHITE_WARMTH) + np.square(tint / WHITE_TINT) < 1.0)
    if near.sum() < MIN_SHARE * near.size:
        return None
    bins, step = 45, 0.02
    counts, _, _ = np.histogram2d(warmth[near], tint[near], bins=bins, range=[[-bins * step / 2, bins * step / 2]] * 2)
    counts = cv2.GaussianBlur(counts, (0, 0), 1.5)
    peak = (np.array(np.unravel_index(counts.argmax(), counts.shape)) + 0.5 - bins / 2) * step
    inside = near & (np.hypot(warmth - peak[0], tint - peak[1]) < CLUSTER)
    if inside.sum() < AGREEMENT * bright.sum():
        return None
    return float(np.median(warmth[inside])), float(np.median(tint[inside]))


def _chroma(colour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Warmth ln(R/B) and tint ln(G^2/RB) of linear colours (..., 3)."""
    red, green, blue = np.moveaxis(np.log(colour), -1, 0)
    return red - blue, 2 * green - red - blue


def _gains(warmth: float, tint: float) -> np.ndarray:
    """Channel gains of a cast, mean 1."""
    gains = np.exp([warmth / 2 - tint / 6, tint / 3, -warmth / 2 - tint / 6])
    return gains / gains.mean()


STEP = Step(
    run=balance_colour, needs=("image",), gives=("image", "colour_balance"), params=BalanceColourParams,
)  # fmt: skip
