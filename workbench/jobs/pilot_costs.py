"""What an approved image costs with each engine: its price, our machines, and the people who look and redo."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from workbench.operations.rates import Rates, VendorPrice

VOLUMES: Mapping[str, float] = {  # images a month
    "300 a month": 300, "1,200 a day": 1200 * 365.25 / 12, "14 million a year": 14_000_000 / 12,
}  # fmt: skip
AUDITED = 0.1  # of what goes out untouched: the policies' own default
MOST_MONTH = 2_000_000  # images, up to which a break-even is looked for
FORMULA = (
    "its bill = the engine's, for the month, ÷ images; machines = core-seconds × price of one; people = a check "
    "of every image that does not go out untouched, an audit of 10% of those that do; rework = every photo sent "
    "back or not delivered is done by hand and checked again; escapes = what went out untouched, was wrong and "
    "was not audited × cost of one. All images are approved in the end, so the sum is the cost of an approved "
    "image. Images go out untouched only where a share is proved and that is cheaper. Wages and seconds come from "
    "the rates; the interval is that of the rework alone: where those of two engines overlap, neither is shown to "
    "be cheaper."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineCost:
    """The cost of one approved image with one engine at one volume, in euros; ``low`` and ``high`` by the rework."""

    engine: str
    volume: str
    images_month: float
    engine_eur: float
    machines_eur: float
    people_eur: float
    rework_eur: float
    escapes_eur: float
    total_eur: float
    low_eur: float | None
    high_eur: float | None
    automatic: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What an engine leaves to do, as measured: share sent back or not delivered, with its interval."""

    engine: str
    price: VendorPrice | None
    core_seconds: float
    rework: float
    rework_low: float | None
    rework_high: float | None
    automatic: float  # share proved to stay below the limit
    limit: float


def engine_cost(work: Work, rates: Rates, *, day: date, volume: str, images_month: float) -> EngineCost:
    """One engine at one volume.

    Args:
        work: As measured in the pilot.
        rates: Wages, machines and escapes of the workspace.
        day: Whose prices count.
        volume: Its name.
        images_month: Images of a month.

    Raises:
        RatesError: No price for that day.
    """

    def parts_at(automatic: float, rework: float) -> dict[str, float]:
        return _parts(work, rates, day, images_month, automatic, rework)

    automatic = min((0.0, work.automatic), key=lambda share: sum(parts_at(share, work.rework).values()))
    parts = parts_at(automatic, work.rework)
    bounds = [
        None if rework is None else sum(parts_at(automatic, rework).values())
        for rework in (work.rework_low, work.rework_high)
    ]
    return EngineCost(
        engine=work.engine, volume=volume, images_month=images_month, **parts, total_eur=sum(parts.values()),
        low_eur=bounds[0], high_eur=bounds[1], automatic=automatic,
    )  # fmt: skip


def _parts(work: Work, rates: Rates, day: date, images: float, automatic: float, rework: float) -> dict[str, float]:
    look, audit, redo = (rates.verdict(lane, day) for lane in ("check", "auto", "manual"))
    look_eur, audit_eur, redo_eur = (one.seconds / 3600 * rates.wage(one.role, day) for one in (look, audit, redo))
    slipped = min(automatic * work.limit, rework)  # sent back among what goes out untouched, at most
    caught = rework - slipped + slipped * AUDITED
    return {
        "engine_eur": 0.0 if work.price is None else work.price.month(images, 0.0) / images,
        "machines_eur": work.core_seconds * rates.core_second(day),
        "people_eur": (1 - automatic) * look_eur + automatic * AUDITED * audit_eur,
        "rework_eur": caught * (redo_eur + look_eur),
        "escapes_eur": slipped * (1 - AUDITED) * rates.escape(day),
    }


def break_evens(cost: Callable[[float], float], other: Callable[[float], float]) -> list[float]:
    """Images a month at which one engine begins or ceases to be cheaper than another, within the looked-at range.

    Args:
        cost: Cost of an approved image by images a month.
        other: Likewise.
    """
    steps = [10 ** (k * math.log10(MOST_MONTH) / 400) for k in range(401)]
    gaps = [cost(volume) - other(volume) for volume in steps]
    found = []
    for (low, before), (high, after) in itertools.pairwise(zip(steps, gaps, strict=True)):
        if before * after < 0:
            for _ in range(60):
                middle = math.sqrt(low * high)
                gap = cost(middle) - other(middle)
                low, high, before = (middle, high, gap) if gap * before > 0 else (low, middle, before)
            found.append(math.sqrt(low * high))
    return found
