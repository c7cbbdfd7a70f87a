"""Put crops into an order in which neighbours look alike, so that a labeler stays in one frame of mind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_SIDE = 8  # px of the thumbnails that are compared: enough for "dark blob" and "line to the right", blind to grain
_BLOCK = 512  # crops a walk; its cost grows with the square


def similar_order(crops: Sequence[np.ndarray]) -> list[int]:
    """Positions of the crops, similar ones together: a walk to the nearest one not yet visited.

    The walk is within blocks along the first principal component, so that 65,000 crops take seconds, not hours.

    Args:
        crops: (H, W, 3) uint8, any size.
    """
    import numpy as np
    from PIL import Image

    if len(crops) < 3:
        return list(range(len(crops)))
    small = np.stack([np.asarray(Image.fromarray(crop).resize((_SIDE, _SIDE), Image.Resampling.BOX)) for crop in crops])
    looks = small.reshape(len(crops), -1).astype(np.float32)
    looks -= looks.mean(axis=0)
    axis = np.linalg.svd(looks[:: max(1, len(looks) // 2000)], full_matrices=False)[2][0]
    along = np.argsort(looks @ axis, kind="stable")
    order: list[int] = []
    for start in range(0, len(along), _BLOCK):
        block = along[start : start + _BLOCK]
        order += [int(block[step]) for step in _walk(looks[block])]
    return order


def _walk(looks: np.ndarray) -> list[int]:
    import numpy as np

    left = np.ones(len(looks), dtype=bool)
    at, order = 0, []
    for _ in range(len(looks)):
        order.append(at)
        left[at] = False
        if left.any():
            distance = np.square(looks - looks[at]).sum(axis=1)
            at = int(np.where(left, distance, np.inf).argmin())
    return order
