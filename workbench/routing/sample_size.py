"""How many audits prove how much: error-free audits for a promise, and the interval that a pilot can give."""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.domain.errors import UsageError

CONFIDENCE = 0.95
PROMISES = (0.08, 0.05, 0.02, 0.01)  # shares of rework people ask about


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """What a pilot says about the true share: 16 of 200 are 8.0%, and anything from ``low`` to ``high`` fits."""

    hits: int
    n: int
    share: float
    low: float
    high: float
    confidence: float


def error_free_audits(at_most: float, *, confidence: float = CONFIDENCE) -> int:
    """How many audited images without a single fault prove that the true share of faults is at most ``at_most``.

    One-sided and exact: with n faultless images the upper Clopper-Pearson limit is 1 - (1 - confidence) ** (1 / n).

    Args:
        at_most: Share of faults promised, between 0 and 1.
        confidence: How sure the proof is.

    Raises:
        UsageError: A share or a confidence outside (0, 1).

    Source: Clopper & Pearson (1934), The use of confidence or fiducial limits, Biometrika 26, 404-413.
    """
    _inside(at_most, "the promised share")
    _inside(confidence, "the confidence")
    return math.ceil(round(math.log(1.0 - confidence) / math.log1p(-at_most), 9))


def pilot_interval(hits: int, n: int, *, confidence: float = CONFIDENCE) -> Interval:
    """The interval a pilot gives: two-sided Wilson score, the one every rate of the product carries.

    16 of 200 give 5.0% to 12.6%. (The exact Clopper-Pearson interval would be 4.6% to 12.7%.)

    Raises:
        UsageError: Counts that do not fit together.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.
    """
    from statsmodels.stats.proportion import proportion_confint

    _inside(confidence, "the confidence")
    if n < 1 or not 0 <= hits <= n:
        raise UsageError(f"{hits} of {n} images", allowed="from 0 to n faults in at least one image")
    low, high = proportion_confint(hits, n, alpha=1.0 - confidence, method="wilson")
    return Interval(
        hits=hits, n=n, share=hits / n, low=max(0.0, float(low)), high=min(1.0, float(high)), confidence=confidence
    )


def audits_to_pass(
    fault_share: float, at_most: float, *, confidence: float = CONFIDENCE, power: float = 0.8, most: int = 200_000
) -> int | None:
    """How many audits it takes in all until the promise is proved with probability ``power``.

    Args:
        fault_share: The true share of faults, as far as known.
        at_most: The promise.
        confidence: Of the proof.
        power: How likely the proof shall succeed.
        most: Give up above so many.

    Returns:
        The number, None when the share of faults is not below the promise, or so near that ``most`` are too few.
    """
    import numpy as np
    from scipy.stats import binom

    if fault_share >= at_most:
        return None
    low, high = error_free_audits(at_most, confidence=confidence), most

    def passes(n: int) -> bool:
        # the most faults that still pass: the largest k with P(Bin(n, at_most) <= k) <= 1 - confidence
        k = int(binom.ppf(1.0 - confidence, n, at_most))
        k -= int(binom.cdf(k, n, at_most) > 1.0 - confidence)
        return k >= 0 and bool(binom.cdf(k, n, fault_share) >= power)

    if passes(low):
        return low
    if not passes(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passes(middle) else (middle, high)
    # the chance goes up in saw teeth: look a little below for an earlier tooth
    earlier = [n for n in np.arange(max(high - 60, 1), high) if passes(int(n))]
    return int(earlier[0]) if earlier else high


def _inside(value: float, what: str) -> None:
    if not 0.0 < value < 1.0:
        raise UsageError(f"{what} is {value!r}", allowed="a number between 0 and 1")
