"""Bring the exposure right and take the lens's dark corners away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.backdrop import Backdrop, fit_backdrop
from pipeline.image import freeze
from pipeline.step import Step, param
from pipeline.tone import LUMINANCE, apply_radial_gain, scene_light
from pipeline.vignette import fit_vignette

EXPOSED_WHITE = 0.92  # light that a perfect white gives when the exposure is right, of full scale; 0.12 EV of headroom
SHADED_EV = -0.05  # the product takes that much light from the paper around it; median of every second half of renders
SMALL_ERROR, LARGE_ERROR = 0.12, 0.42  # EV, spread of a studio's exposure on a good and on a careless day
GOOD_DAYS = 0.3
TONE_SPREAD = 0.08  # EV around a roll's tone
TONE_ODDS = (0.4, 0.25, 0.12, 0.13, 0.10)  # how common white to black rolls are; extra tones share the last
PASTEL, PASTEL_SPREAD = 0.52, 0.35  # reflectance of coloured rolls and its spread in EV
PASTEL_CHROMA = 9.0  # CIELAB chroma of a balanced backdrop above which the roll counts as coloured
SURE, SURER_PER_EV = 0.65, 0.25  # posterior of the likeliest roll below which the exposure is left alone
VISIBLE_EV = 0.06  # exposure errors below are not seen side by side
VISIBLE_VIGNETTE = 0.05  # 0.14 EV in the corners
EVEN_ENOUGH = 0.45  # uniformity below which the backdrop says nothing about light


@dataclass(frozen=True, slots=True)
class CorrectLightingParams:
    """What the studio owns and how far a correction may go."""

    paper_tones: tuple[float, ...] = param(
        (0.86, 0.55, 0.28, 0.076, 0.025), doc="reflectance of the studio's neutral rolls, white to black",
        low=0.005, high=1.0,
    )  # fmt: skip
    exposure: bool = param(True, doc="correct the exposure")
    vignette: bool = param(True, doc="lift the corners that the lens darkened")
    max_ev: float = param(1.25, doc="largest exposure change", unit="EV", low=0.0, high=3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lighting:
    """What was done about the light."""

    exposure_ev: float  # found error, positive is too bright; 0 when nothing was done
    exposure_reason: str | None  # why the exposure was left alone
    paper_tone: float | None  # reflectance of the roll the paper was taken for
    paper_certainty: float | None  # posterior of that roll
    vignette: float  # strength that was taken out
    vignette_reason: str | None
    sweep_ev: float  # the paper's own shading, top to bottom: kept
    corner_gain_ev: float  # what the corners were lifted by


def correct_lighting(*, image: np.ndarray, params: CorrectLightingParams) -> dict[str, object]:
    """Expose for the paper and even out the lens, leaving the sweep's own shading alone.

    The paper's light, with the vignette taken away, is compared with the rolls a studio owns: the roll and the
    exposure error that explain it best together. Where two rolls explain it equally well the exposure is left
    alone. Highlights roll off and never clip (see `pipeline.tone`).

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``, sRGB-encoded, colour balanced.
        params: See `CorrectLightingParams`.
    """
    backdrop = fit_backdrop(image)
    vignette, vignette_reason, sweep_ev = 0.0, None, 0.0
    exposure_ev, exposure_reason, tone, certainty = 0.0, None, None, None
    if backdrop.uniformity < EVEN_ENOUGH:
        vignette_reason = exposure_reason = "the background is not an even backdrop"
    else:
        found = fit_vignette(image, backdrop)
        sweep_ev = found.sweep_ev
        if found.strength is None:
            vignette_reason = "too little paper shows"
        elif found.strength < VISIBLE_VIGNETTE:
            vignette_reason = "no visible vignette"
        else:
            vignette = found.strength
        exposure_ev, tone, certainty = _exposure(backdrop, found.strength or 0.0, params.paper_tones)
        if certainty < min(SURE + SURER_PER_EV * abs(exposure_ev), 0.95):
            exposure_ev, exposure_reason = 0.0, "two paper tones explain the backdrop equally well"
        elif abs(exposure_ev) < VISIBLE_EV:
            exposure_ev, exposure_reason = 0.0, "no visible exposure error"
        exposure_ev = float(np.clip(exposure_ev, -params.max_ev, params.max_ev))
    if not params.vignette:
        vignette, vignette_reason = 0.0, "switched off"
    if not params.exposure:
        exposure_ev, exposure_reason = 0.0, "switched off"
    record = Lighting(
        exposure_ev=exposure_ev, exposure_reason=exposure_reason, paper_tone=tone, paper_certainty=certainty,
        vignette=vignette, vignette_reason=vignette_reason, sweep_ev=sweep_ev,
        corner_gain_ev=float(2 * np.log2(1 + vignette)),
    )  # fmt: skip
    if vignette == 0.0 and exposure_ev == 0.0:
        return {"image": image, "lighting": record}
    return {"image": freeze(apply_radial_gain(image, 2.0**-exposure_ev, vignette)), "lighting": record}


def _exposure(backdrop: Backdrop, vignette: float, tones: tuple[float, ...]) -> tuple[float, float, float]:
    """(error in EV, reflectance of the likeliest roll, its posterior)."""
    side = 64
    place = np.square((2 * np.arange(side) + 1) / side - 1)
    light = scene_light(backdrop.surface((side, side))) @ LUMINANCE
    light = light * np.square(1 + vignette * (place[:, None] + place[None]) / 2)
    middle = light[round(0.35 * side) : round(0.75 * side), round(0.2 * side) : round(0.8 * side)]
    level = float(np.log2(max(float(np.median(middle)), 1e-4) / EXPOSED_WHITE)) - SHADED_EV
    errors = np.linspace(-1.6, 1.6, 321)
    prior = GOOD_DAYS * _bell(errors, 0.0, SMALL_ERROR) + (1 - GOOD_DAYS) * _bell(errors, 0.0, LARGE_ERROR)
    if backdrop.chroma > PASTEL_CHROMA:
        tones, odds, spread = (PASTEL,), (1.0,), PASTEL_SPREAD
    else:
        odds = [TONE_ODDS[min(k, len(TONE_ODDS) - 1)] for k in range(len(tones))]
        spread = TONE_SPREAD
    joint = np.stack([o * prior * _bell(level - errors, np.log2(t), spread) for o, t in zip(odds, tones, strict=True)])
    total = joint.sum(axis=1) + 1e-12  # the floor makes a level that no roll explains undecided
    best = int(total.argmax())
    error = float((joint[best] * errors).sum() / total[best])
    return error, float(tones[best]), float(total[best] / total.sum())


def _bell(value: np.ndarray, mean: float, spread: float) -> np.ndarray:
    return np.exp(-0.5 * np.square((value - mean) / spread)) / spread


STEP = Step(
    run=correct_lighting, needs=("image",), gives=("image", "lighting"), params=CorrectLightingParams,
)  # fmt: skip
