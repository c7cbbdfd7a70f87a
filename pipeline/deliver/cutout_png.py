"""Writes the cutout: the subject alone, ready to lay on anything."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from pipeline.deliver._levels import map_levels
from pipeline.deliver._png import encode_png
from pipeline.image import levels
from pipeline.step import NoParams, Writer

STRAIGHT_ALPHA = "Alpha is straight (not premultiplied), for compositing sRGB-encoded values."


def cutout_png(*, foreground: np.ndarray, alpha: np.ndarray, params: NoParams) -> Mapping[str, bytes]:
    """Write the subject's own colours with straight alpha, free of backdrop spill.

    Where nothing is visible the colour is white: it packs to nothing and no program shows a dark rim.

    Args:
        foreground: (H, W, 3) uint8 or uint16, sRGB.
        alpha: float32 (H, W) in [0, 1].
        params: None.
    """
    opacity = map_levels(alpha, foreground.dtype)
    hidden = opacity == 0
    red, green, blue = cv2.split(foreground)
    for plane in (red, green, blue):
        plane[hidden] = levels(foreground)
    pixels = cv2.merge([red, green, blue, opacity])
    return {"cutout.png": encode_png(pixels, srgb=True, comment=STRAIGHT_ALPHA)}


WRITER = Writer(run=cutout_png, needs=("foreground", "alpha"))
