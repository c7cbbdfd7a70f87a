"""Opens one photo outside a spec, exactly as every spec's first step does."""

from __future__ import annotations

import numpy as np

from pipeline.steps.load_image import Params, load_image


def open_photo(path: str, *, pixel_limit: int) -> np.ndarray:
    """The upright sRGB picture, (H, W, 3), uint8 or uint16.

    Raises:
        PhotoRefused: The file is not a usable photo.
    """
    return load_image(path=path, pixel_limit=pixel_limit, params=Params())["image"]
