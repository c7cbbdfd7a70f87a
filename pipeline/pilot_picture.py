"""Pictures of a pilot's cutouts, for people to compare: on white, checker or the photo itself, whole or at an edge."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from pipeline.evaluate import read_map
from pipeline.open_photo import open_photo

CHECKER_PX = 12
_SPREAD = 0.01  # of the longer side: width of what counts as one place when the worst is looked for


def pilot_picture(
    photo: str, matte: str | None, *, side_px: int, pixel_limit: int, ground: str = "checker", zoom: int = 1,
    at: tuple[float, float] = (0.5, 0.5),
) -> bytes:  # fmt: skip
    """A JPEG of what `pilot_pixels` shows."""
    shown = pilot_pixels(photo, matte, side_px=side_px, pixel_limit=pixel_limit, ground=ground, zoom=zoom, at=at)
    return cv2.imencode(".jpg", shown[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def pilot_pixels(
    photo: str, matte: str | None, *, side_px: int, pixel_limit: int, ground: str = "checker", zoom: int = 1,
    at: tuple[float, float] = (0.5, 0.5), enlarge: bool = True,
) -> np.ndarray:  # fmt: skip
    """A cutout, or the photo where there is no matte, as (H, W, 3) uint8.

    Args:
        photo: The photo's file.
        matte: The matte's file, or None.
        side_px: Longest side of the picture.
        pixel_limit: Most pixels of the photo.
        ground: ``checker``, ``white``, ``black`` or ``grey``.
        zoom: 1 shows all of it, 4 a quarter of each side around ``at``.
        at: Middle of the part that is shown, as shares of width and height.
        enlarge: A smaller part is brought to ``side_px``, too.
    """
    picture = open_photo(photo, pixel_limit=pixel_limit)
    picture = picture if picture.dtype == np.uint8 else (picture >> 8).astype(np.uint8)
    alpha = None if matte is None else read_map(Path(matte))
    height, width = picture.shape[:2]
    part = _window(height, width, zoom, at)
    picture = picture[part]
    alpha = None if alpha is None else alpha[part]
    scale = side_px / max(picture.shape[:2])
    scale = scale if enlarge else min(1.0, scale)
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    shown = cv2.resize(picture, size, interpolation=way)
    if alpha is not None:
        share = np.clip(cv2.resize(alpha, size, interpolation=way), 0, 1)[..., None]
        shown = (shown * share + _ground(ground, size) * (1 - share) + 0.5).astype(np.uint8)
    return shown


def widest_difference(one: str, other: str) -> tuple[float, float]:
    """Where two mattes differ most, as shares of width and height; the middle where they are the same."""
    away = np.abs(read_map(Path(one)) - read_map(Path(other)))
    away = cv2.GaussianBlur(away, (0, 0), max(1.0, _SPREAD * max(away.shape)))
    if float(away.max()) < 1e-3:
        return 0.5, 0.5
    y, x = np.unravel_index(int(np.argmax(away)), away.shape)
    return float(x / away.shape[1]), float(y / away.shape[0])


def _window(height: int, width: int, zoom: int, at: tuple[float, float]) -> tuple[slice, slice]:
    high, wide = max(1, height // zoom), max(1, width // zoom)
    top = min(max(0, round(at[1] * height) - high // 2), height - high)
    left = min(max(0, round(at[0] * width) - wide // 2), width - wide)
    return slice(top, top + high), slice(left, left + wide)


def _ground(name: str, size: tuple[int, int]) -> np.ndarray:
    plain = {"white": 255, "black": 0, "grey": 128}
    if name in plain:
        return np.full((size[1], size[0], 3), plain[name], np.float32)
    rows, columns = np.indices((size[1], size[0])) // CHECKER_PX
    return np.where((rows + columns) % 2, 205.0, 250.0).astype(np.float32)[..., None].repeat(3, axis=2)
