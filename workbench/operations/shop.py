"""A shop to simulate: what comes in when, how fast the engine is, which lanes there are, who works when on what."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.domain.errors import UsageError
from workbench.domain.records import LANES, Lane
from workbench.operations.throughput import at_least, between

SHARES_AGREE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """How long something takes: drawn from measured times where there are any, else from a mean and a CV.

    A gamma distribution stands for mean and CV: CV 0 is always the mean, CV 1 is exponential.
    """

    mean_s: float
    cv: float = 0.0
    measured_s: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        at_least("mean_s", self.mean_s, 0)
        at_least("cv", self.cv, 0)
        if any(not math.isfinite(value) or value < 0 for value in self.measured_s):
            raise UsageError("holds a negative time", where="measured_s", allowed="seconds from 0")

    def draw(self, rng, size: int):
        """So many times, in seconds, as an array."""
        import numpy as np

        if self.measured_s:
            return rng.choice(np.array(self.measured_s), size)
        if self.cv == 0 or self.mean_s == 0:
            return np.full(size, self.mean_s)
        shape = 1 / self.cv**2
        return rng.gamma(shape, self.mean_s / shape, size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """So many images at once."""

    at_h: float
    images: int

    def __post_init__(self) -> None:
        at_least("wave at_h", self.at_h, 0)
        at_least("wave images", self.images, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Images one by one at random moments (Poisson), at a mean rate."""

    images_per_h: float
    from_h: float
    until_h: float

    def __post_init__(self) -> None:
        at_least("images_per_h", self.images_per_h, 0)
        at_least("from_h", self.from_h, 0)
        at_least("until_h", self.until_h, self.from_h)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What makes the automatic results: parallel workers, each taking batches of what waits.

    A batch takes ``start_s`` and then the sum of its images' seconds; all of its images are ready when it is.
    """

    seconds: Seconds
    workers: int = 1
    batch: int = 1
    start_s: float = 0.0

    def __post_init__(self) -> None:
        at_least("engine workers", self.workers, 1)
        at_least("engine batch", self.batch, 1)
        at_least("engine start_s", self.start_s, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneWork:
    """What a lane asks of people: its share of the images, seconds of a look or edit, and how often it comes back."""

    share: float
    seconds: Seconds | None = None  # None: nobody touches it
    rework_share: float = 0.0  # of every round, the share that comes back for another one

    def __post_init__(self) -> None:
        between("share of a lane", self.share, 0.0, 1.0)
        if not 0 <= self.rework_share < 1:
            raise UsageError(f"is {self.rework_share}", where="rework_share", allowed="from 0 to below 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retoucher:
    """A person: the lanes they can do, when they work, when they pause, and how long they may stay beyond it."""

    name: str
    lanes: frozenset[Lane]
    shifts: tuple[tuple[float, float], ...]  # hours since the start; one may reach over midnight
    breaks: tuple[tuple[float, float], ...] = ()
    may_stay_h: float = 0.0  # after a shift, while something waits

    def __post_init__(self) -> None:
        for what, spans in (("shift", self.shifts), ("break", self.breaks)):
            last = 0.0
            for begin, end in spans:
                if not last <= begin < end:
                    raise UsageError(
                        f"{what} {begin:g} to {end:g} h", where=self.name, allowed="spans in order, without overlap"
                    )
                last = end
        at_least("may_stay_h", self.may_stay_h, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Everything a simulated day rests on. Hours count from its start."""

    arrivals: tuple[Wave | Stream, ...]
    lanes: Mapping[Lane, LaneWork]
    retouchers: tuple[Retoucher, ...]
    engine: Engine | None = None  # None: images reach their lane at once
    due_h: float = 24.0  # from arrival
    urgent_share: float = 0.0  # images that are due sooner, and go first
    urgent_due_h: float = 4.0
    horizon_h: float = 24.0
    warm_up_h: float = 0.0  # images that came before are not counted
    checkpoint_h: float | None = None  # when what is left is counted, such as the end of the first shift

    def __post_init__(self) -> None:
        unknown = set(self.lanes) - set(LANES)
        if unknown:
            raise UsageError(f"lanes {', '.join(sorted(unknown))}", allowed=LANES)
        total = sum(lane.share for lane in self.lanes.values())
        if abs(total - 1) > SHARES_AGREE:
            raise UsageError(f"the lanes' shares make {total:.4g}", allowed="1")
        for name, lane in self.lanes.items():
            if lane.share and lane.seconds and not any(name in person.lanes for person in self.retouchers):
                raise UsageError(f"nobody does the {name} lane", where="retouchers", allowed="at least one person")
        between("urgent_share", self.urgent_share, 0.0, 1.0)
        at_least("due_h", self.due_h, 0)
        at_least("urgent_due_h", self.urgent_due_h, 0)
        at_least("warm_up_h", self.warm_up_h, 0)
        if not self.warm_up_h < self.horizon_h < math.inf:
            raise UsageError(f"is {self.horizon_h}", where="horizon_h", allowed="more than warm_up_h")
