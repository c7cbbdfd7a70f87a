"""What work and machines cost: one TOML file, dated prices, checked to the line before any figure rests on it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

from workbench.domain.errors import UsageError
from workbench.domain.records import Lane

SHIPPED = Path(__file__).with_name("rates.toml")
OWN_NAME = "rates.toml"  # in the workspace

WageRole = Literal["retoucher", "senior", "qa", "lead"]
WAGE_ROLES: tuple[WageRole, ...] = ("retoucher", "senior", "qa", "lead")


class RatesError(UsageError):
    """A file of rates cannot be used, or says nothing about a day that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wage:
    """What an hour of somebody's work costs from a day on."""

    role: WageRole
    per_hour: float
    valid_from: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictTime:
    """Who gives a verdict in a lane, and how long it takes where nobody measured."""

    lane: Lane
    role: WageRole
    seconds: float
    valid_from: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputePrice:
    """What a second of one core costs from a day on."""

    per_core_second: float
    valid_from: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscapeCost:
    """What an image costs that was out and came back, from a day on."""

    per_image: float
    valid_from: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One step of a price list: the images of a month from number ``first`` to ``last`` (None: all further ones)."""

    first: int
    last: int | None
    per_image: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPrice:
    """What a bought engine costs from a day on; prices that are not 0 add up."""

    engine: str
    per_image: float = 0.0
    per_minute: float = 0.0
    per_seat: float = 0.0  # a month
    seats: int = 0
    tiers: tuple[Tier, ...] = ()
    valid_from: date
    source: str

    def month(self, images: float, minutes: float) -> float:
        """What a whole calendar month with that volume costs."""
        total = images * self.per_image + minutes * self.per_minute + self.seats * self.per_seat
        for tier in self.tiers:
            last = images if tier.last is None else min(images, tier.last)
            total += max(0.0, last - tier.first + 1) * tier.per_image
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What the shop aims at; None: no target."""

    rework_rate: float | None = None
    automatic_share: float | None = None
    turnaround_hours: float | None = None
    within_share: float | None = None
    cost_per_approved: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """When people are there; ``days`` are numbers, 0 is Monday; seconds are of the local day."""

    time_zone: str
    start_s: int
    end_s: int
    days: tuple[int, ...]
    source: str

    def parameters(self) -> dict[str, object]:
        """As the turnaround metric takes them."""
        return {
            "work_zone": self.time_zone, "work_start_s": self.start_s, "work_end_s": self.end_s, "work_days": self.days
        }  # fmt: skip


Dated = TypeVar("Dated", Wage, VerdictTime, ComputePrice, EscapeCost, VendorPrice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Everything a cost is computed from. ``hash`` names the text, so that a figure can say what it used."""

    currency: str
    wages: tuple[Wage, ...]
    verdicts: tuple[VerdictTime, ...]
    compute: tuple[ComputePrice, ...]
    escapes: tuple[EscapeCost, ...]
    vendors: tuple[VendorPrice, ...] = ()
    targets: Targets
    working_hours: WorkingHours | None = None
    file: str
    text: str
    hash: str

    @property
    def name(self) -> str:
        """File and the first digits of its hash."""
        return f"{self.file}, {self.hash[:8]}"

    def wage(self, role: WageRole, day: date) -> float:
        """Of one hour, on a day."""
        return _on(day, [one for one in self.wages if one.role == role], f"wage of {role}", self.file).per_hour

    def verdict(self, lane: Lane, day: date) -> VerdictTime:
        """Who judges in a lane on a day, and how long it is taken to last."""
        return _on(day, [one for one in self.verdicts if one.lane == lane], f"verdict in {lane}", self.file)

    def core_second(self, day: date) -> float:
        """Of one core, on a day."""
        return _on(day, self.compute, "compute", self.file).per_core_second

    def escape(self, day: date) -> float:
        """Of one image that came back, on a day."""
        return _on(day, self.escapes, "escapes", self.file).per_image

    def vendor(self, engine: str | None, day: date) -> VendorPrice | None:
        """The price of a bought engine on a day; None for one that is not bought then."""
        known = [one for one in self.vendors if one.engine == engine and one.valid_from <= day]
        return max(known, key=lambda one: one.valid_from, default=None)


def load_rates(path: Path | None = None, *, workspace: Path | None = None) -> Rates:
    """Read rates from a file, else from the workspace's own, else the shipped ones.

    Raises:
        RatesError: It cannot be read or does not validate; line, what was found and what is allowed are named.
    """
    from workbench.operations.read_rates import parse_rates

    own = None if workspace is None else workspace / OWN_NAME
    chosen = path or (own if own is not None and own.is_file() else SHIPPED)
    try:
        text = chosen.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RatesError(f"cannot be read: {error}", where=str(chosen), allowed="a TOML file of rates") from error
    return parse_rates(text, file="shipped rates" if chosen == SHIPPED else chosen.name)


def text_hash(text: str) -> str:
    """SHA-256 of a file's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _on(day: date, entries: Sequence[Dated], what: str, file: str) -> Dated:
    valid = [entry for entry in entries if entry.valid_from <= day]
    if not valid:
        first = min((entry.valid_from for entry in entries), default=None)
        raise RatesError(
            f"no {what} on {day.isoformat()}", where=file,
            allowed=f"an entry valid from that day or before; the first is {first}" if first else "at least one entry",
        )  # fmt: skip
    return max(valid, key=lambda entry: entry.valid_from)
