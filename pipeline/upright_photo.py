"""A photo as people should see it, shrunk to what a screen shows."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.steps.load_image import Params, load_image


def upright_photo(path: str, *, pixel_limit: int) -> np.ndarray:
    """The whole photo, upright and in sRGB: (H, W, 3) ``uint8``.

    Raises:
        PhotoRefused: It cannot be used.
    """
    image = load_image(path=path, pixel_limit=pixel_limit, params=Params())["image"]
    return (image >> 8).astype(np.uint8) if image.dtype == np.uint16 else image


def shrunk(picture: np.ndarray, longest_px: int) -> np.ndarray:
    """A picture or map whose longer side is at most so long; smaller ones stay as they are."""
    scale = longest_px / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
