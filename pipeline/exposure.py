"""How far the exposure is off, judged by the paper a studio is known to own.

One photo cannot tell a white roll shot too dark from a grey one. But rolls come in few tones and exposure errors
are small, so together they usually leave one explanation; where two are left, the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.backdrop import Backdrop
from pipeline.tone import LUMINANCE, scene_light

EXPOSED_WHITE = 0.92  # light that a perfect white gives when the exposure is right, of full scale; 0.12 EV of headroom
SHADED_EV = -0.05  # the product takes that much light from the paper around it; median of every second half of renders
SMALL_ERROR, LARGE_ERROR = 0.12, 0.42  # EV, spread of a studio's exposure on a good and on a careless day
GOOD_DAYS = 0.3
TONE_SPREAD = 0.08  # EV around a roll's tone
TONE_ODDS = (0.4, 0.25, 0.12, 0.13, 0.10)  # how common white to black rolls are; further tones share the last
PASTEL, PASTEL_SPREAD = 0.52, 0.35  # reflectance of coloured rolls and its spread in EV
PASTEL_CHROMA = 9.0  # CIELAB chroma of a balanced backdrop above which the roll counts as coloured
# posterior of the likeliest roll below which the explanation does not count, and how much more a large error asks
SURE, SURER_PER_EV, SUREST = 0.65, 0.25, 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """An exposure error and the roll it rests on."""

    error_ev: float  # positive is too bright
    tone: float  # reflectance of the likeliest roll
    certainty: float  # its posterior probability

    @property
    def decided(self) -> bool:
        """Whether one roll explains the photo clearly better than the others."""
        return self.certainty >= min(SURE + SURER_PER_EV * abs(self.error_ev), SUREST)


def judge_exposure(backdrop: Backdrop, vignette: float, tones: tuple[float, ...]) -> Exposure:
    """The exposure error that explains the paper best, together with one of the studio's rolls.

    Args:
        backdrop: Of the colour-balanced photo.
        vignette: Strength found, 0 without one.
        tones: Reflectances of the studio's neutral rolls, white to black.
    """
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
    return Exposure(error_ev=error, tone=float(tones[best]), certainty=float(total[best] / total.sum()))


def _bell(value: np.ndarray, mean: float, spread: float) -> np.ndarray:
    return np.exp(-0.5 * np.square((value - mean) / spread)) / spread
