"""The arithmetic before any simulation: so many images, so many seconds each, so many minutes and hours."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from workbench.domain.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """What a set of images takes, without waiting: the machine's minutes and the people's hours.

    Args:
        images: How many.
        auto_share: Share that nobody has to touch.
        auto_s: Seconds of an automatic image.
        manual_s: Active seconds of a person on each of the rest.
        retouchers: People who share the manual work.
        shift_h: Hours of a shift.
        shifts: How many shifts there are for it.

    Raises:
        UsageError: A negative or impossible value.
    """

    images: int
    auto_share: float
    auto_s: float
    manual_s: float
    retouchers: int = 1
    shift_h: float = 8.0
    shifts: int = 1

    def __post_init__(self) -> None:
        at_least("images", self.images, 0)
        between("auto_share", self.auto_share, 0.0, 1.0)
        at_least("auto_s", self.auto_s, 0)
        at_least("manual_s", self.manual_s, 0)
        at_least("retouchers", self.retouchers, 1)
        at_least("shifts", self.shifts, 1)
        if not 0 < self.shift_h <= 24:
            raise UsageError(f"is {self.shift_h}", where="shift_h", allowed="more than 0, at most 24")

    @property
    def auto_images(self) -> int:
        """Images nobody touches, to the nearest whole one."""
        return round(self.images * self.auto_share)

    @property
    def manual_images(self) -> int:
        """The rest."""
        return self.images - self.auto_images

    @property
    def auto_minutes(self) -> float:
        """Machine time of the automatic images, one after the other."""
        return self.auto_images * self.auto_s / 60

    @property
    def manual_hours(self) -> float:
        """Active hours of people."""
        return self.manual_images * self.manual_s / 3600

    @property
    def load(self) -> float:
        """Manual hours over everybody's hours; above 1 there are too few of them."""
        return self.manual_hours / (self.retouchers * self.shift_h * self.shifts)

    @property
    def break_even_auto_share(self) -> float | None:
        """The automatic share at which the manual work just fits; None when any share does."""
        fits = self.retouchers * self.shift_h * self.shifts * 3600
        if not self.images or not self.manual_s or fits >= self.images * self.manual_s:
            return None
        return 1.0 - fits / (self.images * self.manual_s)

    @property
    def formulas(self) -> tuple[str, ...]:
        """The arithmetic with the numbers in it."""
        auto = f"{self.images:,} × {self.auto_share:.4g} = {self.auto_images:,} automatic"
        rest = f"{self.images:,} − {self.auto_images:,} = {self.manual_images:,} by hand"
        one = self.shifts == 1
        hours = f"{self.shift_h:g} h" if one else f"{self.shifts} × {self.shift_h:g} h"
        shifts = "one shift" if one else f"{self.shifts} shifts"
        return (
            f"{auto}; × {self.auto_s:.4g} s ÷ 60 = {self.auto_minutes:.4g} min",
            f"{rest}; × {self.manual_s:.4g} s ÷ 3600 = {self.manual_hours:.4g} h",
            f"{self.manual_hours:.4g} h ÷ ({self.retouchers} × {hours}) = {self.load:.1%} of {shifts}",
        )

    def row(self) -> dict[str, Any]:
        """Everything as one row."""
        return asdict(self) | {
            "auto_images": self.auto_images, "manual_images": self.manual_images, "auto_minutes": self.auto_minutes,
            "manual_hours": self.manual_hours, "load": self.load, "break_even_auto_share": self.break_even_auto_share,
            "auto_formula": self.formulas[0], "manual_formula": self.formulas[1], "load_formula": self.formulas[2],
        }  # fmt: skip


def at_least(name: str, value: float, least: float) -> None:
    """Refuse a number that is below the least, or not finite."""
    if not math.isfinite(value) or value < least:
        raise UsageError(f"is {value}", where=name, allowed=f"a number from {least:g}")


def between(name: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside of a range, or not finite."""
    if not math.isfinite(value) or not low <= value <= high:
        raise UsageError(f"is {value}", where=name, allowed=f"a number from {low:g} to {high:g}")
