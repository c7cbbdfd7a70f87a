"""Bring the exposure right and take the lens's dark corners away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.backdrop import fit_backdrop
from pipeline.exposure import judge_exposure
from pipeline.image import freeze
from pipeline.step import Step, param
from pipeline.tone import LUMINANCE, apply_radial_gain, to_linear
from pipeline.vignette import fit_vignette

VISIBLE_EV = 0.06  # exposure errors below are not seen side by side
VISIBLE_VIGNETTE = 0.05  # 0.14 EV in the corners
STRONGEST_LENS = 0.45  # 1.07 EV in the corners; what is darker there was lit darker
BLOWN = 0.985  # linear luminance; paper that white was blown out or cut out before, and its light is unknown
# of the studio the sample renders come from: white, four greys to black, blush, sage, sky, sand, cream, green screen
SAMPLE_ROLLS = (
    "#EFEFED", "#C4C4C5", "#909091", "#4D4E50", "#2C2C2E", "#DDB6AD", "#A4B19E", "#ADC5DA", "#D4C2AA", "#EAE2D1",
    "#55B359",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CorrectLightingParams:
    """What the studio owns and how far a correction may go."""

    paper_rolls: tuple[str, ...] = param(
        SAMPLE_ROLLS, doc='rolls the studio owns, "#RRGGBB" of a scanned swatch; none leaves the exposure alone',
        pattern="#[0-9A-Fa-f]{6}",
    )
    exposure: bool = param(True, doc="correct the exposure")
    vignette: bool = param(True, doc="lift the corners that the lens darkened")
    max_ev: float = param(1.25, doc="largest exposure change", unit="EV", low=0.0, high=3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lighting:
    """What was done about the light."""

    exposure_ev: float  # found error, positive is too bright; 0 when nothing was done
    exposure_reason: str | None  # why the exposure was left alone
    paper_roll: str | None  # "#RRGGBB" of the roll the paper was taken for; None for one that is not listed
    paper_certainty: float | None  # posterior of that roll
    vignette: float  # strength that was taken out
    vignette_reason: str | None
    sweep_ev: float  # the paper's own shading, top to bottom: kept
    corner_gain_ev: float  # what the corners were lifted by


def correct_lighting(*, image: np.ndarray, params: CorrectLightingParams) -> dict[str, object]:
    """Expose for the paper and even out the lens, leaving the sweep's own shading alone.

    The paper's light, with the vignette taken away, is compared with the rolls the studio owns: the roll and the
    exposure error that explain it best together (see `pipeline.exposure`). Highlights roll off and never clip
    (see `pipeline.tone`).

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``, sRGB-encoded, colour balanced.
        params: See `CorrectLightingParams`.
    """
    backdrop = fit_backdrop(image)
    vignette, vignette_reason, sweep_ev = 0.0, None, 0.0
    exposure_ev, exposure_reason, roll, certainty = 0.0, None, None, None
    if not backdrop.even:
        vignette_reason = exposure_reason = "the background is not an even backdrop"
    else:
        found = fit_vignette(image, backdrop)
        sweep_ev = found.sweep_ev
        if found.strength is None:
            vignette_reason = "too little paper shows"
        elif found.strength < VISIBLE_VIGNETTE:
            vignette_reason = "no visible vignette"
        elif found.strength > STRONGEST_LENS:
            vignette_reason = "too strong to be a lens"
        else:
            vignette = found.strength
        if not params.paper_rolls:
            exposure_reason = "the studio's paper rolls are not listed"
        elif to_linear(np.array(backdrop.colour)) @ LUMINANCE > BLOWN:
            exposure_reason = "the paper is blown out or was cut out before"
        else:
            judged = judge_exposure(backdrop, vignette, params.paper_rolls)
            roll, certainty = judged.roll, judged.certainty
            if roll is None:
                exposure_reason = "the paper is none of the listed rolls"
            elif abs(judged.error_ev) < VISIBLE_EV:
                exposure_reason = "no visible exposure error"
            else:
                exposure_ev = float(np.clip(judged.error_ev, -params.max_ev, params.max_ev))
    if not params.vignette:
        vignette, vignette_reason = 0.0, "switched off"
    if not params.exposure:
        exposure_ev, exposure_reason = 0.0, "switched off"
    record = Lighting(
        exposure_ev=exposure_ev, exposure_reason=exposure_reason, paper_roll=roll, paper_certainty=certainty,
        vignette=vignette, vignette_reason=vignette_reason, sweep_ev=sweep_ev,
        corner_gain_ev=float(2 * np.log2(1 + vignette)),
    )  # fmt: skip
    if vignette == 0.0 and exposure_ev == 0.0:
        return {"image": image, "lighting": record}
    return {"image": freeze(apply_radial_gain(image, 2.0**-exposure_ev, vignette)), "lighting": record}


STEP = Step(
    run=correct_lighting, needs=("image",), gives=("image", "lighting"), params=CorrectLightingParams,
)  # fmt: skip
