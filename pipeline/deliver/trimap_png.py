"""Writes the trimap: what is surely subject, surely backdrop, and the band between."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.deliver._levels import map_levels
from pipeline.deliver._png import encode_png
from pipeline.step import NoParams, Writer


def trimap_png(*, trimap: np.ndarray, params: NoParams) -> Mapping[str, bytes]:
    """Write the trimap as the matting benchmarks keep it: 0 backdrop, 128 unknown, 255 subject.

    Args:
        trimap: float32 (H, W) of 0, 0.5 and 1.
        params: None.
    """
    return {"trimap.png": encode_png(map_levels(trimap, np.uint8), srgb=False)}


WRITER = Writer(run=trimap_png, needs=("trimap",))
