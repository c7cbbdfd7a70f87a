"""Between the code values of a photo and the light they stand for."""

from __future__ import annotations

import numpy as np

STEPS = 16384  # of light that are told apart: the darkest code values of 8 bits are several steps wide


def _encode(light: np.ndarray) -> np.ndarray:
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(np.maximum(light, 1e-9), 1 / 2.4) - 0.055)


def _decode(code: np.ndarray) -> np.ndarray:
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


_LINEAR = _decode(np.arange(256) / 255).astype(np.float32)
_CODE = np.rint(_encode(np.arange(STEPS + 1) / STEPS) * 255).astype(np.uint8)


def linear_of(code: np.ndarray) -> np.ndarray:
    """Linear light, float32 in [0, 1], of sRGB code values, uint8 (IEC 61966-2-1)."""
    return _LINEAR[code]


def code_of(light: np.ndarray) -> np.ndarray:
    """sRGB code values, uint8, of linear light; what leaves [0, 1] is clipped."""
    return _CODE[(np.clip(light, 0.0, 1.0) * STEPS + 0.5).astype(np.uint16)]
