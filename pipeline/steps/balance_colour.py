"""Take the colour cast out of the photo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.backdrop import fit_backdrop
from pipeline.cast import (
    channel_gains,
    chroma,
    could_be_neutral,
    is_visible,
    linear_light,
    paper_light,
    white_highlights,
)  # fmt: skip
from pipeline.image import freeze
from pipeline.step import Step, param
from pipeline.tone import LUMINANCE, apply_gains


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
    light = linear_light(backdrop.small)
    colour = paper_light(light, backdrop)
    luminance = float(colour @ LUMINANCE)
    warmth, tint = (float(v) for v in chroma(colour))
    evidence, reason = "none", None
    if not backdrop.even:
        reason = "the background is not an even backdrop"
    elif params.paper == "neutral" or (params.paper == "auto" and could_be_neutral(warmth, tint, luminance)):
        evidence, found = "paper", (warmth, tint)
    else:
        found = white_highlights(light, backdrop, (warmth, tint))
        if found is None:
            reason = "coloured paper, and no white part of the product to judge by"
        else:
            evidence = "highlights"
    if evidence != "none" and not is_visible(*found, luminance):
        evidence, reason = "none", "no visible cast"
    cast = channel_gains(*found) if evidence != "none" else np.ones(3)
    record = ColourBalance(
        evidence=evidence, reason=reason, cast_r=float(cast[0]), cast_g=float(cast[1]), cast_b=float(cast[2]),
        paper_warmth=warmth, paper_tint=tint, white_point=luminance,
    )  # fmt: skip
    if evidence == "none" or params.strength == 0.0:
        return {"image": image, "colour_balance": record}
    gains = tuple(float(g) ** -params.strength for g in cast)
    return {"image": freeze(apply_gains(image, gains)), "colour_balance": record}


STEP = Step(
    run=balance_colour, needs=("image",), gives=("image", "colour_balance"), params=BalanceColourParams,
)  # fmt: skip
