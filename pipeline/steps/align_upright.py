"""Turn the photo until the product stands upright."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.framing import paper_covers_turn, turn_foreground, turned_frame
from pipeline.geometry import warp_map, warp_picture
from pipeline.image import freeze
from pipeline.step import Step, param
from pipeline.upright import find_roll

VISIBLE_DEG = 0.35  # a bottle leaning less is not noticed, and every turn softens the picture a little
DOUBTS = 0.3  # and this many standard errors more: what may be the estimate's own error is not worth a turn


@dataclass(frozen=True, slots=True)
class AlignUprightParams:
    """How far a photo may be turned."""

    max_degrees: float = param(8.0, doc="a larger roll is taken for intended", unit="degrees", low=0.0, high=8.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """What was done about the camera roll."""

    turned_deg: float  # counter-clockwise; 0 when nothing was done
    reason: str | None  # why nothing was done
    evidence: str  # "symmetry", "lines" or "none"
    error_deg: float | None  # standard error of the estimate
    match: float  # 0 to 1: how well the matte meets its mirror image


def align_upright(
    *,
    image: np.ndarray,
    alpha: np.ndarray,
    foreground: np.ndarray,
    confidence: np.ndarray,
    trimap: np.ndarray,
    geometry: np.ndarray,
    params: AlignUprightParams,
) -> dict[str, object]:
    """Level a product the camera saw at a slant, when the product itself shows how far.

    The roll comes from the matte's mirror symmetry, else from long straight lines (see `pipeline.upright`). Weak
    evidence or a roll nobody would notice leaves every array as it is. The frame keeps its size, and grows only
    where the turned product would leave it.

    Args:
        image, foreground: (H, W, 3) ``uint8`` or ``uint16``.
        alpha, confidence, trimap: (H, W) ``float32`` in [0, 1].
        geometry: 3x3, source pixels to current pixels.
        params: See `AlignUprightParams`.
    """
    values = {
        "image": image, "alpha": alpha, "foreground": foreground, "confidence": confidence, "trimap": trimap,
        "geometry": geometry,
    }  # fmt: skip
    roll = find_roll(image, alpha)
    reason = None
    if roll.degrees is None:
        reason = "neither the product's symmetry nor straight lines show a roll"
    elif abs(roll.degrees) < VISIBLE_DEG + DOUBTS * roll.error:
        reason = "no visible roll"
    elif abs(roll.degrees) > params.max_degrees:
        reason = "the roll is too large to be a slip"
    degrees = 0.0 if reason else float(roll.degrees)
    record = Alignment(
        turned_deg=degrees, reason=reason, evidence=roll.evidence, error_deg=roll.error, match=roll.match
    )
    if reason:
        return {**values, "alignment": record}

    matrix, size = turned_frame(alpha, degrees)
    turned = warp_picture(image, matrix, size, mirror=paper_covers_turn(alpha, degrees))
    return {
        "image": turned,
        "foreground": turn_foreground(foreground, alpha, turned, matrix),
        "alpha": warp_map(alpha, matrix, size),
        "confidence": warp_map(confidence, matrix, size),
        "trimap": warp_map(trimap, matrix, size, levels_only=True),
        "geometry": freeze(matrix @ geometry),
        "alignment": record,
    }


STEP = Step(
    run=align_upright,
    needs=("image", "alpha", "foreground", "confidence", "trimap", "geometry"),
    gives=("image", "alpha", "foreground", "confidence", "trimap", "geometry", "alignment"),
    params=AlignUprightParams,
)
