"""Writes the confidence map: how sure the engine is that a pixel is subject."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.deliver._levels import map_levels
from pipeline.deliver._png import encode_png
from pipeline.step import NoParams, Writer


def confidence_png(*, confidence: np.ndarray, params: NoParams) -> Mapping[str, bytes]:
    """Write the probability of subject as a grey PNG of 256 levels: black is backdrop for sure.

    Args:
        confidence: float32 (H, W) in [0, 1].
        params: None.
    """
    return {"confidence.png": encode_png(map_levels(confidence, np.uint8), srgb=False)}


WRITER = Writer(run=confidence_png, needs=("confidence",))
