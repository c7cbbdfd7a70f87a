"""One thing on skin that stands out as darker: a candidate until the classifier has looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spot:
    """A candidate in the geometry of the picture it was found in.

    ``mask`` covers ``left … left + mask.shape[1]`` by ``top … top + mask.shape[0]`` and is true on the spot itself.
    ``x_px`` and ``y_px`` lie on the spot (for a bent hair the middle of its box need not).
    """

    shape: Literal["blob", "ridge"]
    x_px: float
    y_px: float
    size_px: float  # blob: diameter of the disc of its area; ridge: length
    contrast: float  # how much darker than its surround, log units: 0.1 is about 10%
    left: int
    top: int
    mask: np.ndarray

    @property
    def width(self) -> int:
        """Columns of its box."""
        return self.mask.shape[1]

    @property
    def height(self) -> int:
        """Rows of its box."""
        return self.mask.shape[0]

    @property
    def crop_side_px(self) -> float:
        """Side of the square the classifier looks at: about twice a blob; a window on a hair, not all its length."""
        area = float(np.count_nonzero(self.mask))
        return max(2.2 * area**0.5, 1.6 * self.size_px if self.shape == "blob" else 0.0)
