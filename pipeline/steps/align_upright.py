"""Turn the photo until the product stands upright."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.geometry import carry, shift, subject_box, turn, warp_map, warp_picture
from pipeline.step import Step, param
from pipeline.upright import find_roll

VISIBLE_DEG = 0.35  # a bottle leaning less is not noticed, and every turn softens the picture a little
DOUBTS = 0.3  # and this many standard errors more: what may be the estimate's own error is not worth a turn
SUBJECT = 0.05  # alpha above which a pixel must stay inside the frame


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

    matrix, size = _frame(alpha, degrees)
    return {
        "image": warp_picture(image, matrix, size),
        "foreground": warp_picture(foreground, matrix, size),
        "alpha": warp_map(alpha, matrix, size),
        "confidence": warp_map(confidence, matrix, size),
        "trimap": warp_map(trimap, matrix, size, levels_only=True),
        "geometry": _frozen(matrix @ geometry),
        "alignment": record,
    }


def _frame(alpha: np.ndarray, degrees: float) -> tuple[np.ndarray, tuple[int, int]]:
    """The turn about the frame's centre, and the (width, height) that holds frame and turned product."""
    height, width = alpha.shape
    matrix = turn(degrees, ((width - 1) / 2, (height - 1) / 2))
    left, top, right, bottom = 0, 0, width, height
    box = subject_box(alpha, SUBJECT)
    if box is not None:
        # the turned box is larger than the turned product: growing less often would need the whole outline
        corners = carry(matrix, [(x, y) for x in (box[0], box[2] - 1) for y in (box[1], box[3] - 1)])
        left, top = min(left, int(np.floor(corners[:, 0].min()))), min(top, int(np.floor(corners[:, 1].min())))
        right = max(right, int(np.ceil(corners[:, 0].max())) + 1)
        bottom = max(bottom, int(np.ceil(corners[:, 1].max())) + 1)
    return shift(-left, -top) @ matrix, (right - left, bottom - top)


def _frozen(matrix: np.ndarray) -> np.ndarray:
    matrix.flags.writeable = False
    return matrix


STEP = Step(
    run=align_upright,
    needs=("image", "alpha", "foreground", "confidence", "trimap", "geometry"),
    gives=("image", "alpha", "foreground", "confidence", "trimap", "geometry", "alignment"),
    params=AlignUprightParams,
)
