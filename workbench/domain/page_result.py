"""What visitors did on a product's page on one day, with one version of its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """Counts of one day; None: the file says nothing about it. ``image_version`` is as the file names it."""

    sku: str
    image_version: str
    day: date
    views: int
    add_to_cart: int | None = None
    orders: int | None = None
    returned: int | None = None
    set_id: str | None = None
    source: str
    simulated: bool = False
