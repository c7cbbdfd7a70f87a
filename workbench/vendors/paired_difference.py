"""Two engines on the same photos: how much better one is, how sure that is, and what may be said about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.vendors.pilot import Better

LEVEL = 0.95
DRAWS = 4000
LEAST_GROUPS = 5  # with fewer SKUs an interval is a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Engine minus baseline, turned so that more is better.

    ``low`` and ``high`` bound it with 95%; ``floor`` is its one-sided 95% bound from below, for non-inferiority.
    All three are None with a ``reason`` where there are too few photos. ``p`` is for no difference at all, as it is;
    ``p_adjusted`` after the correction for all comparisons of the pilot.
    """

    n: int
    groups: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    floor: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    reason: str | None = None


def paired_difference(
    engine: Sequence[float], baseline: Sequence[float], groups: Sequence[str], *, better: Better,
    most: float = math.inf, draws: int = DRAWS, seed: int = 0,
) -> Difference:  # fmt: skip
    """How much better an engine is than another on the same photos.

    Whole SKUs are drawn again, because photos of one product go well or badly together; each draw is divided by its
    own standard error (bootstrap-t), because with few photos plain percentiles promise too much. ``p`` flips the
    signs of whole SKUs: without a difference either sign is as likely.

    Args:
        engine: The measure, photo by photo.
        baseline: Likewise.
        groups: SKU of each photo.
        better: Which direction of the measure is better.
        most: The largest difference the measure can have; no bound lies beyond it.
        draws: Of the bootstrap.
        seed: Same seed, same interval.

    Source:
        Davison and Hinkley 1997, "Bootstrap methods and their application", 5.2 (studentized); Field and Welsh 2007
        for clusters.
    """
    import numpy as np

    values = np.asarray(engine, float) - np.asarray(baseline, float)
    values = values if better == "higher" else -values
    if not np.isfinite(values).all():
        raise ValueError("values must be finite")
    names, place = np.unique(np.asarray(groups, str), return_inverse=True)
    found = Difference(n=len(values), groups=len(names))
    if not len(values):
        return replace(found, reason="no photos in common")
    mean = float(values.mean())
    if len(names) < LEAST_GROUPS:
        return replace(found, mean=mean, reason=f"too few SKUs for an interval ({len(names)})")
    sums, sizes = np.bincount(place, values), np.bincount(place).astype(float)
    if np.ptp(values) == 0.0:
        sure = 1.0 if mean == 0.0 else 2.0 ** (1 - len(names))
        return replace(found, mean=mean, low=mean, high=mean, floor=mean, p=min(1.0, sure))
    rng = np.random.default_rng(seed)
    error = _error(np.ones((1, len(names))), sums, sizes)[1][0]
    weights = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws).astype(float)
    means, errors = _error(weights, sums, sizes)
    usable = errors > 0
    scaled = (means[usable] - mean) / errors[usable]
    cuts = np.quantile(scaled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2, LEVEL])
    signs = rng.choice((-1.0, 1.0), size=(draws, len(names)))
    extreme = np.abs(signs @ sums) >= abs(sums.sum()) - 1e-12
    high, low, floor = np.clip(mean - cuts * error, -most, most)
    return replace(
        found, mean=mean, low=float(low), high=float(high), floor=float(floor),
        p=float((1 + extreme.sum()) / (1 + draws)),
    )  # fmt: skip


def _error(weights, sums, sizes):
    """Mean of each draw and its standard error, groups weighted."""
    import numpy as np

    count = weights.sum(axis=1)
    n = weights @ sizes
    means = (weights @ sums) / n
    left = sums[None, :] - means[:, None] * sizes[None, :]
    spread = (weights * left**2).sum(axis=1) * count / (count - 1)
    return means, np.sqrt(spread) / n


def holm(differences: Sequence[Difference]) -> list[Difference]:
    """The same with ``p_adjusted``: with all of them together, no difference is invented with more than 5%.

    Source:
        Holm 1979, "A simple sequentially rejective multiple test procedure".
    """
    from statsmodels.stats.multitest import multipletests

    asked = [place for place, one in enumerate(differences) if one.p is not None]
    together = multipletests([differences[place].p for place in asked], method="holm")[1] if asked else ()
    adjusted = dict(zip(asked, map(float, together), strict=True))
    return [replace(one, p_adjusted=adjusted.get(place)) for place, one in enumerate(differences)]


def verdict(found: Difference, margin: float, *, level: float = 1 - LEVEL) -> str:
    """What may be said of a difference, in words.

    Args:
        found: After `holm`.
        margin: How much worse still counts as good enough; fixed before the pilot.
        level: Of the tests.
    """
    if found.mean is None or found.floor is None:
        return f"nothing can be said: {found.reason}"
    no_worse = found.floor > -margin
    p = found.p_adjusted if found.p_adjusted is not None else found.p
    if p is not None and p <= level and found.mean > 0:
        return "better"
    if p is not None and p <= level and found.mean < 0:
        return "worse, but within the margin" if no_worse else "worse"
    if no_worse:
        return "no difference shown; shown to be no worse than the margin allows"
    return "no difference shown; not shown to be as good either"
