"""How far the exposure is off, judged by the paper a studio is known to own.

One photo cannot tell a white roll shot too dark from a grey one. But a studio owns few rolls and exposure errors are
small, so together they usually leave one explanation. The answer is the median of what is possible: it has the
smallest expected error, and where two rolls explain a photo equally well it stays between them, near no change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.backdrop import Backdrop
from pipeline.cast import chroma, linear_light, paper_light
from pipeline.tone import LUMINANCE, scene_light, to_linear
from workbench.domain.errors import UsageError

EXPOSED_WHITE = 0.92  # light that a perfect white gives when the exposure is right, of full scale; 0.12 EV of headroom
SHADED_EV = -0.05  # the product takes that much light from the paper around it; median of one half of the renders
SMALL_ERROR, LARGE_ERROR = 0.12, 0.42  # EV, spread of a studio's exposure on a good and on a careless day
GOOD_DAYS = 0.3
TONE_SPREAD = 0.08  # EV around a roll's tone
WARMTH_SPREAD, TINT_SPREAD = 0.15, 0.09  # of the cast that colour balance may have left
# how common rolls are: catalogue photos are mostly shot on white and light grey
WHITE_ODDS, BRIGHT_ODDS, DARK_ODDS, COLOURED_ODDS = 3.0, 1.8, 1.0, 0.3
WHITE_FROM, BRIGHT_FROM = 0.75, 0.4  # reflectance
GREY_WARMTH, GREY_TINT = 0.13, 0.10  # a roll within counts as grey
# a roll that is not on the list: (odds, warmth and tint spread, tone, spread in EV); coloured rolls are pastel
UNLISTED = ((0.3, 0.5, 0.4, 0.52, 0.35), (0.6, WARMTH_SPREAD, TINT_SPREAD, 0.3, 1.5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """An exposure error and the roll it rests on."""

    error_ev: float  # median of the posterior; positive is too bright
    roll: str | None  # the likeliest roll as listed, None for one that is not on the list
    certainty: float  # its posterior probability


def judge_exposure(backdrop: Backdrop, vignette: float, rolls: tuple[str, ...]) -> Exposure:
    """The exposure error that explains the paper best, together with one of the studio's rolls.

    Args:
        backdrop: Of the colour-balanced photo.
        vignette: Strength found, 0 without one.
        rolls: The studio's rolls as "#RRGGBB", sRGB of their reflectance (a scanned swatch).

    Raises:
        UsageError: A roll that is not written as "#RRGGBB".
    """
    swatches = np.array([_linear(roll) for roll in rolls]).reshape(-1, 3)
    tones = swatches @ LUMINANCE
    warmths, tints = chroma(np.maximum(swatches, 1e-4))
    warmth, tint = chroma(paper_light(linear_light(backdrop.small), backdrop))
    odds = np.array([_odds(*kind) for kind in zip(tones, warmths, tints, strict=True)])
    odds = odds * _bell(warmth - warmths, 0.0, WARMTH_SPREAD) * _bell(tint - tints, 0.0, TINT_SPREAD)

    level = _level(backdrop, vignette)
    errors = np.linspace(-1.6, 1.6, 321)
    prior = GOOD_DAYS * _bell(errors, 0.0, SMALL_ERROR) + (1 - GOOD_DAYS) * _bell(errors, 0.0, LARGE_ERROR)
    joint = [o * prior * _bell(level - errors, np.log2(t), TONE_SPREAD) for o, t in zip(odds, tones, strict=True)]
    for likely, warm, tinted, tone, spread in UNLISTED:
        likely *= _bell(warmth, 0.0, warm) * _bell(tint, 0.0, tinted)
        joint.append(likely * prior * _bell(level - errors, np.log2(tone), spread))
    total = np.sum(joint, axis=1)
    mass = np.cumsum(np.sum(joint, axis=0))
    if mass[-1] <= 0.0:  # beyond what any roll and any error explain
        return Exposure(error_ev=0.0, roll=None, certainty=0.0)
    best = int(total.argmax())
    return Exposure(
        error_ev=float(errors[np.searchsorted(mass, mass[-1] / 2)]),
        roll=rolls[best] if best < len(rolls) else None,
        certainty=float(total[best] / total.sum()),
    )


def _level(backdrop: Backdrop, vignette: float) -> float:
    """Light of the paper behind the product against a perfect white's, EV, without vignette and the product's shade."""
    side = 64
    place = np.square((2 * np.arange(side) + 1) / side - 1)
    light = scene_light(backdrop.surface((side, side))) @ LUMINANCE
    light = light * np.square(1 + vignette * (place[:, None] + place[None]) / 2)
    middle = light[round(0.35 * side) : round(0.75 * side), round(0.2 * side) : round(0.8 * side)]
    return float(np.log2(max(float(np.median(middle)), 1e-4) / EXPOSED_WHITE)) - SHADED_EV


def _odds(tone: float, warmth: float, tint: float) -> float:
    """How common a roll of that colour is."""
    if abs(warmth) > GREY_WARMTH or abs(tint) > GREY_TINT:
        return COLOURED_ODDS
    return WHITE_ODDS if tone > WHITE_FROM else BRIGHT_ODDS if tone > BRIGHT_FROM else DARK_ODDS


def _linear(roll: str) -> np.ndarray:
    """Linear RGB of "#RRGGBB"."""
    try:
        if len(roll) != 7 or roll[0] != "#":
            raise ValueError(roll)
        return to_linear(np.frombuffer(bytes.fromhex(roll[1:]), np.uint8) / 255.0)
    except ValueError as error:
        raise UsageError(f"paper roll {roll!r} is no colour", allowed='"#RRGGBB"') from error


def _bell(value: np.ndarray, mean: float, spread: float) -> np.ndarray:
    return np.exp(-0.5 * np.square((value - mean) / spread)) / spread
