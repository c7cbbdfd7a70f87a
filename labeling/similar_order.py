"""Put crops into an order in which neighbours look alike, so that a labeler stays in one frame of mind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_SIDE = 8  # px of the thumbnails that are compared: enough for "dark blob" and "line to the right", blind to grain
_BLOCK = 512  # crops a walk; its cost grows with the square


def look_of(crop: np.ndarray) -> np.ndarray:
    """The thumbnail by which crops are compared: 192 numbers, so that 65,000 of them weigh 12 MB.

    Args:
        crop: (H, W, 3) uint8, any size.
    """
    import numpy as np
    from PIL import Image

    return np.asarray(Image.fromarray(crop).resize((_SIDE, _SIDE), Image.Resampling.BOX)).ravel()


def similar_order(looks: Sequence[np.ndarray]) -> list[int]:
    """Positions of the crops, similar ones together: a walk to the nearest one not yet visited.

    The walk is within blocks along the first principal component, so that 65,000 crops take seconds, not hours.

    Args:
        looks: What `look_of` gives of each crop.
    """
    import numpy as np

    if len(looks) < 3:
        return list(range(len(looks)))
    all_looks = np.stack(looks).astype(np.float32)
    all_looks -= all_looks.mean(axis=0)
    axis = np.linalg.svd(all_looks[:: max(1, len(all_looks) // 2000)], full_matrices=False)[2][0]
    along = np.argsort(all_looks @ axis, kind="stable")
    order: list[int] = []
    for start in range(0, len(along), _BLOCK):
        block = along[start : start + _BLOCK]
        order += [int(block[step]) for step in _walk(all_looks[block])]
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
