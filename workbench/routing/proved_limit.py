"""The highest limit a sample proves, and nothing else about it: for those who certify hundreds of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.routing.certify import fixed_sequence, grid

if TYPE_CHECKING:
    import numpy as np


def proved_limit(risk: np.ndarray, failed: np.ndarray, *, target: float, delta: float) -> float | None:
    """As `certify` finds it, None when nothing is proved; it does not say how many more audits it would take.

    Args:
        risk: Of the rows that may certify.
        failed: Whether each failed.
        target: Share of faults that is promised.
        delta: Chance that the promise is wrong.
    """
    import numpy as np

    _, last = fixed_sequence(risk, failed, target=target, delta=delta)
    if last < 0:
        return None
    # beyond the riskiest photo of the sample nothing was seen: the safest limit with the same sample
    riskiest = float(np.max(risk[risk <= grid()[last]]))
    return float(grid()[np.searchsorted(grid(), riskiest, side="left")])
