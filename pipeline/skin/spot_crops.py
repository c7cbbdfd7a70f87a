"""What the spot detector finds on a photo, cut out for people to label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from pipeline.skin.crop_of import crop_of
from pipeline.skin.find_skin import find_skin
from pipeline.skin.find_spots import find_spots
from pipeline.skin.spot import Spot

CROP_PX = 96  # side of a crop
CONTEXT = 1.5  # times what the classifier sees: a person wants to see what the spot lies on
LENS_RIM = 50  # 8-bit level: darker than that, blurred, is the rim of a lens and no skin
RIM_SIGMA, RIM_PX = 3.0, 9
Where = Literal["find", "all"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpotCrop:
    """A candidate and the square around it; ``box`` is left, top, width, height of the spot in the photo's pixels."""

    spot: Spot
    pixels: np.ndarray  # (96, 96, 3) uint8

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Of the spot, in the photo."""
        return (float(self.spot.left), float(self.spot.top), float(self.spot.width), float(self.spot.height))


def spot_crops(image: np.ndarray, *, skin: Where = "find") -> list[SpotCrop]:
    """Everything that stands out on skin in a photo.

    Args:
        image: (H, W, 3) ``uint8``, sRGB-encoded, upright.
        skin: ``find``: tell skin from cloth, hair and paper; ``all``: the picture is a close-up, all of it is skin but
            the dark rim of the lens.
    """
    where = find_skin(image) if skin == "find" else _within_lens(image)
    if not where.any():
        return []
    return [SpotCrop(spot=spot, pixels=crop_of(image, spot, CROP_PX, CONTEXT)) for spot in find_spots(image, where)]


def _within_lens(image: np.ndarray) -> np.ndarray:
    light = cv2.GaussianBlur(image, (0, 0), RIM_SIGMA).max(axis=2) > LENS_RIM
    return cv2.erode(light.astype(np.uint8), np.ones((RIM_PX, RIM_PX))) > 0
