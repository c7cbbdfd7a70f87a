"""Gains as light would apply them: on linear values, with highlights that roll off instead of clipping.

A camera does not cut its highlights at a wall: above a knee it compresses them. Gains are applied to the light in
front of that shoulder and the shoulder is put back, so a brightened highlight comes closer to white and never
becomes a flat patch. A value that is already full white stays full white in every channel: it has no colour left to
correct, and a gain below one would tint it.

Source: IEC 61966-2-1 for the sRGB curve.
"""

from __future__ import annotations

import cv2
import numpy as np
from numba import njit

from pipeline.image import levels

LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709, of linear RGB
KNEE = 0.8  # linear; where the shoulder begins. Calibrated on the sample renders' tone curve
HOLD = 0.85  # linear; from here up a darkening gain fades out, so that white stays white
HOLD_LONGER = 0.25  # the fade starts that much earlier for gains of 0.8 EV and more
RADIUS_STEPS = 512  # tables across the frame; one step changes the strongest vignette by a sixth of an 8-bit level
KNOTS = 1024  # table knots for 16-bit pictures, 64 levels apart; the curve is linear between two


def to_linear(encoded: np.ndarray) -> np.ndarray:
    """sRGB-encoded 0..1 to linear light."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((np.maximum(encoded, 0.0) + 0.055) / 1.055) ** 2.4)


def to_encoded(linear: np.ndarray) -> np.ndarray:
    """Linear light 0..1 to sRGB-encoded."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 1e-12) ** (1 / 2.4) - 0.055)


def scene_light(encoded: np.ndarray) -> np.ndarray:
    """sRGB-encoded 0..1 to the light in front of the camera's shoulder (may exceed 1)."""
    linear = to_linear(encoded)
    room = 1.0 - KNEE
    above = KNEE - room * np.log(np.maximum(1.0 - (linear - KNEE) / room, 1e-4))
    return np.where(linear > KNEE, above, linear)


def curve(gain: float, encoded: np.ndarray) -> np.ndarray:
    """Where sRGB-encoded values 0..1 go under a gain on light; rises everywhere, keeps 0, and 1 for gains above 1."""
    light = gain * scene_light(encoded)
    room = 1.0 - KNEE
    rolled = np.where(light > KNEE, 1.0 - room * np.exp(-np.maximum(light - KNEE, 0.0) / room), light)
    return np.clip(to_encoded(rolled), 0.0, 1.0)


def hold_white(gain: float, encoded: np.ndarray) -> np.ndarray:
    """How far values 0..1 keep still under a gain: 0 below the hold, 1 at full white; 0 for gains above 1."""
    if gain >= 1.0:
        return np.zeros_like(encoded)
    # a strong darkening needs a longer run-up, or the highlights turn harsh
    start = HOLD - HOLD_LONGER * float(np.clip((-np.log2(gain) - 0.25) / 0.55, 0.0, 1.0))
    hold = np.clip((to_linear(encoded) - start) / (1.0 - start), 0.0, 1.0)
    return hold * hold * (3.0 - 2.0 * hold)


def apply_gains(image: np.ndarray, gains: tuple[float, float, float]) -> np.ndarray:
    """A picture with each channel's light multiplied; same type and shape."""
    top = levels(image)
    grid = np.arange(top + 1) / top
    tables = []
    for gain in gains:
        hold = hold_white(gain, grid)
        tables.append(np.rint((curve(gain, grid) * (1.0 - hold) + grid * hold) * top).astype(image.dtype))
    if image.dtype == np.uint8:
        return cv2.LUT(image, np.stack(tables, axis=-1)[None])
    return np.stack([tables[channel][image[..., channel]] for channel in range(3)], axis=-1)


def apply_radial_gain(image: np.ndarray, exposure_gain: float, vignette: float) -> np.ndarray:
    """A picture with one gain everywhere and the corners lifted by what a lens takes.

    A pixel near white keeps still under a darkening gain in all three channels alike, so its hue does.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``.
        exposure_gain: On light, everywhere.
        vignette: Strength v; light falls as 1 / (1 + v r^2 / 2)^2, r^2 = 2 in the corners, 0 in the centre.
    """
    height, width = image.shape[:2]
    steps = np.linspace(0.0, 2.0, RADIUS_STEPS if vignette > 0.0 else 2)
    scale = (len(steps) - 1) / 2.0 if vignette > 0.0 else 0.0
    across = (np.square((2 * np.arange(width) + 1) / width - 1) * scale).astype(np.float32)
    down = (np.square((2 * np.arange(height) + 1) / height - 1) * scale).astype(np.float32)
    gains = exposure_gain * np.square(1.0 + vignette * steps / 2)
    if image.dtype == np.uint8:
        grid = np.arange(256) / 255
        table = np.stack([np.rint(curve(gain, grid) * 255) for gain in gains]).astype(np.uint8)
        hold = np.rint(hold_white(exposure_gain, grid) * 256).astype(np.int32)
        return _look_up(image, across, down, table, hold)
    grid = np.minimum(np.arange(KNOTS + 1) * 64 / 65535, 1.0)
    table = (np.stack([curve(gain, grid) for gain in gains]) * 65535).astype(np.float32)
    hold = hold_white(exposure_gain, np.arange(4096) / 4095).astype(np.float32)
    return _interpolate(image, across, down, table, hold)


@njit(cache=True, nogil=True)
def _look_up(image, across, down, table, hold):
    height, width = image.shape[:2]
    result = np.empty_like(image)
    for y in range(height):
        for x in range(width):
            row = table[int(across[x] + down[y] + 0.5)]
            red, green, blue = image[y, x, 0], image[y, x, 1], image[y, x, 2]
            still = hold[max(red, green, blue)]
            if still == 0:
                result[y, x, 0], result[y, x, 1], result[y, x, 2] = row[red], row[green], row[blue]
            else:
                moves = 256 - still
                result[y, x, 0] = (row[red] * moves + red * still + 128) >> 8
                result[y, x, 1] = (row[green] * moves + green * still + 128) >> 8
                result[y, x, 2] = (row[blue] * moves + blue * still + 128) >> 8
    return result


@njit(cache=True, nogil=True)
def _interpolate(image, across, down, table, hold):
    height, width = image.shape[:2]
    result = np.empty_like(image)
    for y in range(height):
        for x in range(width):
            row = table[int(across[x] + down[y] + 0.5)]
            still = hold[max(image[y, x, 0], image[y, x, 1], image[y, x, 2]) >> 4]
            for channel in range(3):
                value = image[y, x, channel]
                knot = value >> 6
                moved = row[knot] + (row[knot + 1] - row[knot]) * (np.float32(value & 63) * np.float32(1 / 64))
                result[y, x, channel] = np.uint16(moved + (np.float32(value) - moved) * still + np.float32(0.5))
    return result
