"""A quick guess at turnaround from load and people, for sliders; the queue simulation is the better answer.

Images come in waves (each morning, each hour) or one by one at random. A wave finds the work its forerunners left; an
image then waits for those before it in its own wave, and takes its own time. Working hours, not calendar hours.

Held against the simulated shop on a grid of days by ``tests/benchmarks/turnaround.py``; `why_not_approximated` names
where the guess is not good enough to be shown.

Source: Sakasegawa (1977), An approximation formula Lq = a * rho^b / (1 - rho), Ann. Inst. Stat. Math. 29; Siegmund
(1985), Sequential Analysis, chapter X (what a random walk with a drift leaves behind, with its correction for steps);
the exponential tail of a waiting time as in Whitt (1993), Approximations for the GI/G/m queue, POM 2.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

Arrivals = Literal["day", "hour", "even"]
ARRIVALS: Mapping[Arrivals, str] = {
    "day": "a wave each morning", "hour": "a wave each hour", "even": "one by one at random",
}  # fmt: skip
TAIL = 0.05
SERVICE_CV = 0.8  # of people's times; the product's simulated history has the same
STEP_SHIFT = 0.5826  # of a step's deviation: -zeta(1/2) / sqrt(2 pi). Source: Siegmund (1985)
POINTS = 64  # of the distribution of one image's own time
WAVES = 15  # of the distribution of a wave's work
# Within these the guess was within a tenth in 19 of 20 simulated cases, beyond them not: tests/benchmarks/RESULTS.md
MOST_LOAD = 0.9
CVS = (0.5, 1.5)


def approximate_turnaround(
    load_h: float, capacity_h: float, *, service_s: float, shift_h: float = 8.0, arrivals: Arrivals = "day",
    cv: float = SERVICE_CV,
) -> float:  # fmt: skip
    """Working hours until 95% of a lane's images are done.

    Args:
        load_h: Hours of work that come in a day.
        capacity_h: Hours people have for it a day.
        service_s: Mean time of one image.
        shift_h: Length of one person's day.
        arrivals: How the images come.
        cv: Coefficient of variation of the time of one image.

    Returns:
        Hours; infinite when more comes in than is worked off.
    """
    if load_h <= 0:
        return 0.0
    if capacity_h <= 0 or load_h >= capacity_h:
        return math.inf
    import numpy as np

    service_h = max(service_s, 1e-3) / 3600.0
    people, busy = max(1.0, capacity_h / shift_h), load_h / capacity_h
    speed = max(capacity_h / shift_h, 1e-9)  # hours of work done in an hour
    if arrivals == "even":
        waits = busy ** (math.sqrt(2 * (people + 1)) - 1)
        decay = people * (1 - busy) / ((1 + cv**2) / 2 * service_h)
        spans = np.zeros(1)
    else:
        every_h = shift_h if arrivals == "day" else 1.0
        images = load_h / shift_h * every_h / service_h
        span = images * service_h / speed  # a wave is worked off in so long
        # the lanes split a wave by chance, so its number varies about as a Poisson number
        deviation = span * math.sqrt((1 + cv**2) / images)
        decay = 2 * (every_h - span) / deviation**2
        waits = math.exp(-decay * STEP_SHIFT * deviation)
        spans = np.maximum(span + deviation * _normal_points(), service_h / speed)
    return _quantile(_own_times(round(cv, 3)) * service_h, waits, decay, spans, service_h)


def why_not_approximated(load_h: float, capacity_h: float, *, cv: float = SERVICE_CV) -> str:
    """Why the guess is not good enough to be shown and the shop should be simulated; empty where it is.

    More work than there are hours needs no guess: it is never done.
    """
    if load_h <= 0 or load_h >= capacity_h:
        return ""
    if load_h > MOST_LOAD * capacity_h:
        return f"{load_h / capacity_h:.0%} of the hours are needed; above {MOST_LOAD:.0%} chance decides"
    if not CVS[0] <= cv <= CVS[1]:
        return f"times vary by a CV of {cv:.2g}; checked from {CVS[0]:g} to {CVS[1]:g}"
    return ""


def most_load(
    capacity_h: float, target_h: float, *, service_s: float, shift_h: float = 8.0, arrivals: Arrivals = "day"
) -> float:
    """Hours of work a day at which 95% of a lane's images are done just within a target, by the same approximation.

    Never more than the approximation is good for.
    """
    low, high = 0.0, MOST_LOAD * capacity_h
    for _ in range(25):
        middle = (low + high) / 2
        done = approximate_turnaround(middle, capacity_h, service_s=service_s, shift_h=shift_h, arrivals=arrivals)
        low, high = (middle, high) if done <= target_h else (low, middle)
    return low


@functools.lru_cache(maxsize=32)
def _own_times(cv: float) -> np.ndarray:
    """Equally likely times of one image, mean 1: a gamma distribution, as in the simulated shop."""
    import numpy as np
    from scipy.stats import gamma

    if cv <= 0:
        return np.ones(1)
    times = gamma.ppf((np.arange(POINTS) + 0.5) / POINTS, 1 / cv**2, scale=cv**2)
    return times / times.mean()


@functools.lru_cache(maxsize=1)
def _normal_points() -> np.ndarray:
    """Equally likely points of a standard normal distribution."""
    import numpy as np
    from scipy.stats import norm

    return norm.ppf((np.arange(WAVES) + 0.5) / WAVES)


def _quantile(own: np.ndarray, waits: float, decay: float, spans: np.ndarray, service_h: float) -> float:
    """The time that all but `TAIL` of the images are done within.

    An image takes ``own``, the wait for its forerunners in a wave (even between 0 and one of ``spans``, but for the
    last image's own time), and with chance ``waits`` what earlier waves left (exponential, ``decay`` an hour).
    """
    import numpy as np

    weights = spans / spans.sum() if spans.sum() > 0 else np.ones(1)  # long waves hold more of the images
    before = np.maximum(spans - service_h, 0.0)
    some = before > 0
    full = np.where(some, before, 1.0)

    def later(hours: float) -> float:
        x = (hours - own)[:, None]
        at = np.maximum(x, 0.0)
        reach = np.minimum(at, before)
        behind = np.exp(-decay * (at - reach)) - np.exp(-decay * at)
        inside = 1 - reach / full + waits * behind / (decay * full)
        chance = np.where(x < 0, 1.0, np.where(some, inside, waits * np.exp(-decay * at)))
        return float((chance * weights).sum(axis=1).mean())

    low, high = 0.0, float(own.max() + before.max()) + 1.0
    while later(high) > TAIL:
        high *= 2
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if later(middle) > TAIL else (low, middle)
    return (low + high) / 2
