"""A quick guess at turnaround from load and people, for sliders; the queue simulation is the better answer.

Images of a day come in one wave and are worked off in turn; on top comes the wait of a queue that is fed evenly, by
 Sakasegawa's approximation for several people with times that vary. Working hours, not calendar hours.

Source: Sakasegawa (1977), An approximation formula Lq = a * rho^b / (1 - rho), Ann. Inst. Stat. Math. 29; the
exponential tail of a waiting time as in Whitt (1993), Approximations for the GI/G/m queue, POM 2.
"""

from __future__ import annotations

import math

TAIL = 0.05
SERVICE_CV = 0.8  # of people's times; the product's simulated history has the same


def approximate_turnaround(load_h: float, capacity_h: float, *, service_s: float, shift_h: float = 8.0) -> float:
    """Working hours until 95% of a lane's images are done.

    Args:
        load_h: Hours of work that come in a day.
        capacity_h: Hours people have for it a day.
        service_s: Mean time of one image.
        shift_h: Length of one person's day.

    Returns:
        Hours; infinite when more comes in than is worked off.
    """
    if load_h <= 0:
        return 0.0
    if capacity_h <= 0 or load_h >= capacity_h:
        return math.inf
    people = max(capacity_h / shift_h, 1e-9)
    busy = load_h / capacity_h
    servers = max(1.0, people)
    waits = busy ** (math.sqrt(2 * (servers + 1)) - 1)
    mean_wait_s = (1 + SERVICE_CV**2) / 2 * waits / (servers * (1 - busy)) * service_s
    tail_s = mean_wait_s / waits * math.log(waits / TAIL) if waits > TAIL else 0.0
    wave_h = (1 - TAIL) * load_h / people
    return wave_h + (tail_s + service_s) / 3600.0


def most_load(capacity_h: float, target_h: float, *, service_s: float, shift_h: float = 8.0) -> float:
    """Hours of work a day at which 95% of a lane's images are done just within a target, by the same approximation."""
    low, high = 0.0, capacity_h
    for _ in range(40):
        middle = (low + high) / 2
        done = approximate_turnaround(middle, capacity_h, service_s=service_s, shift_h=shift_h)
        low, high = (middle, high) if done <= target_h else (low, middle)
    return low
