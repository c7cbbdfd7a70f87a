"""A shop's week in a dozen numbers, as people think of it: so many images, so many people, from nine to five."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workbench.domain.errors import UsageError, nearest_match
from workbench.domain.records import LANES, Lane
from workbench.operations.shop import Engine, LaneWork, Retoucher, Seconds, Shop, Wave
from workbench.operations.throughput import Throughput, at_least, between

Pattern = Literal["monday", "hourly", "week"]
PATTERNS: Mapping[Pattern, str] = {
    "monday": "all at nine on Monday",
    "hourly": "in hourly waves over Monday's shift",
    "week": "in hourly waves over five days",
}
DAY_H = 24.0
WORK_DAYS = {"monday": (0, 1, 2, 3, 4), "hourly": (0, 1, 2, 3, 4), "week": (0, 1, 2, 3, 4, 7, 8)}  # 0 is Monday
ARRIVAL_DAYS = {"monday": 1, "hourly": 1, "week": 5}
STARTS_H, BREAK_AFTER_H, BREAK_H = 9.0, 3.5, 0.5
STAYS_H = 2.0
PEOPLE_LANES: tuple[Lane, ...] = ("check", "manual", "senior")

# Stated where nothing was measured: the figures (mean 90 s, CV 0.8; 5 s an automatic image)
MANUAL_S, MANUAL_CV, AUTO_S = 90.0, 0.8, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a page or a command asks.

    Args:
        images: How many come.
        auto_share: Share that nobody has to touch.
        auto_s: Seconds of one engine worker for an image; every image goes through the engine.
        engine_workers: So many images at once.
        manual_s: Mean active seconds of a person.
        manual_cv: Its coefficient of variation.
        retouchers: People for ``check`` and ``manual``, and for ``senior`` while there is no senior.
        seniors: People for every lane, the senior lane first of all.
        shift_h: Hours of work a day, the break not counted; from nine.
        pattern: When the images come.
        due_h: Hours from arrival until an image is late.
        urgent_share: Share that is due within four hours and goes first.
        rework_share: Share of every round that comes back for another.
        overtime: People stay up to two hours while something waits.
        mix: How the images that need a person split over the lanes; anything but ``auto``, in any units.
        measured_s: Measured active seconds by lane; they take the place of mean and CV.
    """

    images: int = 1200
    auto_share: float = 0.8
    auto_s: float = AUTO_S
    engine_workers: int = 1
    manual_s: float = MANUAL_S
    manual_cv: float = MANUAL_CV
    retouchers: int = 1
    seniors: int = 0
    shift_h: float = 8.0
    pattern: Pattern = "monday"
    due_h: float = 24.0
    urgent_share: float = 0.0
    rework_share: float = 0.0
    overtime: bool = False
    mix: Mapping[Lane, float] = field(default_factory=lambda: {"manual": 1.0})
    measured_s: Mapping[Lane, tuple[float, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        at_least("engine_workers", self.engine_workers, 1)
        at_least("seniors", self.seniors, 0)
        at_least("manual_cv", self.manual_cv, 0)
        between("urgent_share", self.urgent_share, 0.0, 1.0)
        if self.shift_h > DAY_H - STARTS_H - BREAK_H:
            raise UsageError(f"is {self.shift_h:g}", where="shift_h", allowed=f"at most {DAY_H - STARTS_H - BREAK_H:g}")
        if self.pattern not in PATTERNS:
            near = nearest_match(self.pattern, PATTERNS)
            raise UsageError(f"pattern is {self.pattern!r}", allowed=PATTERNS, nearest=near)
        self.throughput()  # refuses what makes no sense
        if set(self.mix) - set(PEOPLE_LANES) or not sum(self.mix.values()) > 0:
            raise UsageError(f"mix is {dict(self.mix)}", allowed=f"shares of {', '.join(PEOPLE_LANES)}")

    def throughput(self) -> Throughput:
        """The arithmetic of the same numbers."""
        people = self.retouchers + self.seniors
        return Throughput(
            images=self.images, auto_share=self.auto_share, auto_s=self.auto_s, manual_s=self.mean_manual_s,
            retouchers=people, shift_h=self.shift_h, shifts=ARRIVAL_DAYS[self.pattern],
        )  # fmt: skip

    @property
    def mean_manual_s(self) -> float:
        """Mean active seconds over the lanes as they are mixed; measured ones where there are any."""
        whole = sum(self.mix.values())
        return sum(share / whole * self.seconds(lane).mean_s for lane, share in self.mix.items())

    def seconds(self, lane: Lane) -> Seconds:
        """What an image of a lane takes of a person."""
        measured = tuple(self.measured_s.get(lane, ()))
        mean_s = sum(measured) / len(measured) if measured else self.manual_s
        return Seconds(mean_s=mean_s, cv=self.manual_cv, measured_s=measured)


def plan_shop(plan: Plan) -> Shop:
    """The shop of a plan; hours count from Monday midnight."""
    work_days, days = WORK_DAYS[plan.pattern], ARRIVAL_DAYS[plan.pattern]
    ends_h = STARTS_H + plan.shift_h + BREAK_H
    spans = tuple((day * DAY_H + STARTS_H, day * DAY_H + ends_h) for day in work_days)
    breaks = tuple((begin + BREAK_AFTER_H, begin + BREAK_AFTER_H + BREAK_H) for begin, _ in spans)
    stays = STAYS_H if plan.overtime else 0.0
    plain: frozenset[Lane] = frozenset({"check", "manual"} if plan.seniors else PEOPLE_LANES)
    people = [("retoucher", plan.retouchers, plain), ("senior", plan.seniors, frozenset(PEOPLE_LANES))]
    whole = sum(plan.mix.values())
    lanes = {"auto": LaneWork(share=plan.auto_share)}
    for lane in LANES:
        if plan.mix.get(lane):
            lanes[lane] = LaneWork(
                share=(1 - plan.auto_share) * plan.mix[lane] / whole, seconds=plan.seconds(lane),
                rework_share=plan.rework_share,
            )  # fmt: skip
    return Shop(
        arrivals=_arrivals(plan, days), lanes=lanes, due_h=plan.due_h, urgent_share=plan.urgent_share,
        retouchers=tuple(
            Retoucher(name=f"{role} {n}", lanes=can, shifts=spans, breaks=breaks, may_stay_h=stays)
            for role, count, can in people
            for n in range(1, count + 1)
        ),
        engine=Engine(seconds=Seconds(mean_s=plan.auto_s), workers=plan.engine_workers),
        horizon_h=(work_days[-1] + 1) * DAY_H, checkpoint_h=(days - 1) * DAY_H + ends_h,
    )  # fmt: skip


def _arrivals(plan: Plan, days: int) -> tuple[Wave, ...]:
    if plan.pattern == "monday":
        return (Wave(at_h=STARTS_H, images=plan.images),)
    hours = [day * DAY_H + STARTS_H + hour for day in range(days) for hour in range(max(1, int(plan.shift_h)))]
    each, more = divmod(plan.images, len(hours))
    return tuple(Wave(at_h=at, images=each + (place < more)) for place, at in enumerate(hours))
