"""What one image costs in each lane, and how long it takes people: all that search and back-test know of money."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.errors import UsageError

SECONDS_AN_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCosts:
    """Seconds and money per image. The values are assumptions until measured seconds and the rate file replace them.

    ``check_s`` is a quick look with now and then an edit, ``manual_s`` the mean the product's arithmetic begins with,
    ``rework_s`` what a faulty image takes once more, ``escape_eur`` what it costs when a customer finds it.
    """

    compute_eur: float = 0.004
    vendor_eur: float = 0.0  # an engine that is bought
    check_s: float = 30.0
    manual_s: float = 90.0
    senior_s: float = 240.0
    audit_s: float = 20.0
    rework_s: float = 180.0
    checker_eur_h: float = 24.0
    retoucher_eur_h: float = 30.0
    senior_eur_h: float = 42.0
    escape_eur: float = 8.0
    currency: str = "EUR"
    source: str = "assumed"  # which rates were used, in words

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, float | int) and not value >= 0:
                raise UsageError(f"{name} is {value!r}", allowed="0 or more")

    @property
    def check_eur(self) -> float:
        """A quick check."""
        return self.check_s * self.checker_eur_h / SECONDS_AN_HOUR

    @property
    def manual_eur(self) -> float:
        """A retoucher's work on one image."""
        return self.manual_s * self.retoucher_eur_h / SECONDS_AN_HOUR

    @property
    def senior_eur(self) -> float:
        """A senior retoucher's work on one image."""
        return self.senior_s * self.senior_eur_h / SECONDS_AN_HOUR

    @property
    def audit_eur(self) -> float:
        """A look at an image that went out untouched."""
        return self.audit_s * self.checker_eur_h / SECONDS_AN_HOUR

    @property
    def rework_eur(self) -> float:
        """A faulty image that somebody here finds."""
        return self.rework_s * self.retoucher_eur_h / SECONDS_AN_HOUR
