"""Finds spots on skin and says of each what it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.models.model import Model
from pipeline.models.mole_hair import SIDE, answers, mole_hair
from pipeline.skin.crop_of import crop_of
from pipeline.skin.find_spots import find_spots
from pipeline.skin.spot import Spot


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JudgedSpot:
    """A spot, what it is called, and how likely it is each of mole, hair and neither."""

    spot: Spot
    answer: str  # mole, hair, neither or unsure
    odds: tuple[float, float, float]


def judge_spots(image: np.ndarray, skin: np.ndarray, model: Model | None = None) -> tuple[JudgedSpot, ...]:
    """Everything dark on skin, called by its name.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``, sRGB-encoded.
        skin: bool (H, W): where to look.
        model: Weights; the shipped ones if None.

    Raises:
        ModelError: The weights are missing, damaged or of another version.
    """
    if not skin.any():
        return ()
    spots = find_spots(image, skin)
    crops = [crop_of(image, spot, SIDE) for spot in spots]
    odds = mole_hair(np.stack(crops) if crops else np.zeros((0, SIDE, SIDE, 3), np.uint8), model)
    judged = [
        JudgedSpot(spot=spot, answer=answer, odds=tuple(float(value) for value in row))
        for spot, answer, row in zip(spots, answers(odds, model), odds, strict=True)
    ]
    moles = [one.spot for one in judged if one.answer == "mole"]
    return tuple(one for one in judged if one.answer != "mole" or not _found_better(one.spot, moles))


def _found_better(spot: Spot, moles: list[Spot]) -> bool:
    """Whether the same mole was found at another size, too, where it stands out more."""
    return any(
        mole.contrast > spot.contrast and (_holds(mole, spot.x_px, spot.y_px) or _holds(spot, mole.x_px, mole.y_px))
        for mole in moles
    )


def _holds(spot: Spot, x: float, y: float) -> bool:
    return spot.left <= x < spot.left + spot.width and spot.top <= y < spot.top + spot.height
