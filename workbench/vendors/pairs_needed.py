"""How many photos a comparison takes, before a single call is paid."""

from __future__ import annotations

import math
from statistics import NormalDist

from workbench.domain.errors import UsageError

POWER = 0.8  # the customary one
LEVEL = 0.05


def pairs_needed(
    difference: float, spread: float, *, comparisons: int = 1, power: float = POWER, level: float = LEVEL,
    one_sided: bool = False,
) -> int:  # fmt: skip
    """Photos on which two engines must be compared so that a difference worth having is found with this power.

    Args:
        difference: The smallest difference worth having, or the margin of non-inferiority.
        spread: Standard deviation of the difference from photo to photo, from an earlier pilot or a guess.
        comparisons: How many are made; the level is divided by them.
        power: Probability of finding the difference where it is there.
        level: Probability of finding one where there is none.
        one_sided: For non-inferiority.

    Raises:
        UsageError: A difference of nothing, or a negative spread.

    Source:
        The normal approximation of the paired t test, plus z²/2 for the estimated spread (Guenther 1981).
    """
    if not difference > 0 or not spread >= 0:
        raise UsageError(f"difference {difference}, spread {spread}", allowed="a positive difference, a spread from 0")
    normal = NormalDist()
    sure = normal.inv_cdf(1 - level / comparisons / (1 if one_sided else 2))
    n = ((sure + normal.inv_cdf(power)) * spread / difference) ** 2 + sure**2 / 2
    return max(2, math.ceil(n - 1e-9))
