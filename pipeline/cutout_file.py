"""A photo and its matte as one PNG, as services send it back."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.deliver._levels import map_levels
from pipeline.deliver._png import encode_png
from pipeline.open_photo import open_photo


def cutout_file(path: str, alpha: np.ndarray, *, pixel_limit: int) -> bytes:
    """PNG with the photo's own colours and straight alpha.

    Args:
        path: The photo.
        alpha: float32 (H, W), of its upright size.
        pixel_limit: Most pixels it may have.

    Raises:
        PhotoRefused: The photo cannot be read.
    """
    picture = open_photo(path, pixel_limit=pixel_limit)
    opacity = map_levels(alpha, picture.dtype)
    return encode_png(cv2.merge([*cv2.split(picture), opacity]), srgb=True)
