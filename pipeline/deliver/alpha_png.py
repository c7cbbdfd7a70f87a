"""Writes the matte: how opaque the subject is at each pixel."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.deliver._levels import map_levels
from pipeline.deliver._png import encode_png
from pipeline.step import NoParams, Writer


def alpha_png(*, image: np.ndarray, alpha: np.ndarray, params: NoParams) -> Mapping[str, bytes]:
    """Write opacity as a grey PNG, 16 bit where the photo has 16: black is backdrop, white is subject.

    Args:
        image: (H, W, 3); gives the depth.
        alpha: float32 (H, W) in [0, 1].
        params: None.
    """
    return {"alpha.png": encode_png(map_levels(alpha, image.dtype), srgb=False)}


WRITER = Writer(run=alpha_png, needs=("image", "alpha"))
