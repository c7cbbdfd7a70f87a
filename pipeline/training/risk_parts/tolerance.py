"""Whether a retoucher would send a matte back, told from its errors against the true one."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

TOLERANCES = Path(__file__).with_name("tolerances.toml")
WRONG = 0.5  # opacity off by more is a wrong piece
EDGE = 0.004  # share of the longer side that counts as along the edge
LEAST_EDGE_PX = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Errors of a matte as `tolerances.toml` defines them; the same record holds what is tolerated."""

    fault_width: float
    edge_error: float
    area_error: float

    def beyond(self, tolerated: Faults) -> float:
        """How far the worst error is beyond what is tolerated: 1 is just at it."""
        mine, allowed = asdict(self), asdict(tolerated)
        return max(mine[name] / allowed[name] for name in mine)


@functools.cache
def tolerance(category: str, *, outlined: bool = False) -> Faults:
    """What is let pass for a category; one without an entry is held to the default.

    Args:
        category: As manifests name it.
        outlined: The truth is an outline set by eye: nothing finer than two of those differ by is called a fault.
    """
    table = tomllib.loads(TOLERANCES.read_text(encoding="utf-8"))
    found = table["default"] | table["category"].get(category, {})
    if outlined:
        found = {name: max(value, table["outlined"][name]) for name, value in found.items()}
    return Faults(**found)


def faults(alpha: np.ndarray, truth: np.ndarray) -> Faults:
    """Errors of a matte, float (H, W) in [0, 1], against the true one of the same shape."""
    longest = max(truth.shape)
    away = np.abs(alpha - truth)
    wrong = np.pad((away > WRONG).astype(np.uint8), 1)
    width = 2.0 * float(cv2.distanceTransform(wrong, cv2.DIST_L2, cv2.DIST_MASK_PRECISE).max()) if wrong.any() else 0.0
    solid = (truth >= 0.5).astype(np.uint8)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    line = cv2.morphologyEx(solid, cv2.MORPH_GRADIENT, cross, borderType=cv2.BORDER_REPLICATE)
    reach = max(LEAST_EDGE_PX, EDGE * longest)
    edge = cv2.distanceTransform(1 - line, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) <= reach if line.any() else line > 0
    return Faults(
        fault_width=width / longest,
        edge_error=float(away[edge].mean()) if edge.any() else 0.0,
        area_error=float(away.sum()) / max(1.0, float(truth.sum())),
    )
