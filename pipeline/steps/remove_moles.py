"""Paints moles over with skin from beside them; runs only where a spec names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.image import freeze
from pipeline.skin.clean_skin import clean_skin
from pipeline.skin.heal import heal
from pipeline.skin.painted_region import painted_region
from pipeline.step import Step, param
from pipeline.steps.detect_moles import Spots
from workbench.domain.errors import StepFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMolesParams:
    """Which spots go."""

    mole_from: float = param(0.8, doc="Probability from which a spot called a mole goes.", low=0.5, high=1.0)
    largest: float = param(
        0.06, doc="Larger ones stay: they are features, not blemishes.", unit="share of the longer side", low=0.0,
        high=0.3,
    )  # fmt: skip
    margin: float = param(
        0.4, doc="Painted beyond the outline, where a mole fades out.", unit="share of its diameter", low=0.0, high=2.0
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What the step did."""

    removed: int
    left_too_large: int
    left_no_clean_skin: int  # none beside it to paint with, or it reaches beyond the skin
    changed_share: float  # of the frame


def remove_moles(
    *, image: np.ndarray, foreground: np.ndarray, alpha: np.ndarray, spots: Spots, geometry: np.ndarray,
    params: RemoveMolesParams,
) -> Mapping[str, object]:  # fmt: skip
    """Take moles away and keep the skin's texture; hairs, doubtful spots and all else stay as they are.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``.
        foreground: (H, W, 3) like it; changes exactly where the image does.
        alpha: (H, W) ``float32``.
        spots: What `detect_moles` found.
        geometry: 3x3, must be the one the spots were found in.
        params: Which spots go.

    Returns:
        ``image``, ``foreground`` and the `Removal`; the same arrays where nothing was removed.

    Raises:
        StepFailed: The picture was turned or cropped after the spots were found.
    """
    if not np.array_equal(geometry, spots.geometry):
        raise StepFailed(
            "the picture was turned or cropped after the spots were found", where="remove_moles",
            allowed="remove_moles before align_upright and crop_to_subject, after detect_moles",
        )  # fmt: skip
    called = [one for one in spots.judged if one.answer == "mole" and one.odds[0] >= params.mole_from]
    longest = params.largest * max(image.shape[:2])
    chosen = [one for one in called if max(one.spot.width, one.spot.height) <= longest]
    regions = [painted_region(one.spot, params.margin) for one in chosen]
    kept = [one.spot for one in spots.judged if one not in chosen and one.answer != "neither"]
    clean = clean_skin(spots.skin, [*regions, *((spot.mask, (spot.left, spot.top)) for spot in kept)])
    healed, changed, no_skin = image, np.zeros(alpha.shape, bool), 0
    for region, (left, top) in regions:
        box = slice(max(0, top), top + region.shape[0]), slice(max(0, left), left + region.shape[1])
        inside = top >= 0 and left >= 0 and spots.skin[box].shape == region.shape and spots.skin[box][region].all()
        painted = heal(healed, region, clean, (left, top)) if inside else None
        if painted is None:
            no_skin += 1
            continue
        healed = healed.copy() if healed is image else healed
        healed[box][region] = painted[region]
        changed[box] |= region
    record = Removal(
        removed=len(chosen) - no_skin, left_too_large=len(called) - len(chosen), left_no_clean_skin=no_skin,
        changed_share=float(changed.mean()),
    )  # fmt: skip
    if healed is image:
        return {"image": image, "foreground": foreground, "removal": record}
    subject = foreground.copy()
    subject[changed] = healed[changed]
    return {"image": freeze(healed), "foreground": freeze(subject), "removal": record}


STEP = Step(
    run=remove_moles,
    params=RemoveMolesParams,
    needs=("image", "foreground", "alpha", "spots", "geometry"),
    gives=("image", "foreground", "removal"),
)
