"""Counts scored images by category, by the least strict lane rules allow, and by risk in thousandths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.routing.certify import GRID_STEPS

if TYPE_CHECKING:
    import numpy as np

PLACES = GRID_STEPS + 2  # the grid of `certify`, and one place for images without a risk


def risk_histogram(risk: np.ndarray, category: np.ndarray, floor: np.ndarray, categories: int) -> np.ndarray:
    """Images by category, least lane the rules allow (0…3) and place of their risk in the grid.

    Args:
        risk: NaN for an image without one.
        category: Number of its category.
        floor: Place of the least strict lane in `LANES`.
        categories: How many there are.
    """
    import numpy as np

    place = np.ceil(np.round(np.asarray(risk) * GRID_STEPS, 6))
    place = np.where(np.isnan(place), PLACES - 1, place).astype(np.int32)
    code = (category.astype(np.int32) * 4 + floor) * PLACES + place
    return np.bincount(code, minlength=categories * 4 * PLACES).reshape(categories, 4, PLACES)
