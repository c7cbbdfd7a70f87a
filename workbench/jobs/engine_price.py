"""The price list of a bought engine, from its file, as the cost model knows prices."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from workbench.domain.errors import UsageError, nearest_match
from workbench.operations.rates import Tier, VendorPrice

MOST = 1e6  # in the currency; more is a slip of the keyboard
_KEYS = ("currency", "per_image", "per_month", "tiers", "valid_from", "source")
_TIER_KEYS = ("first", "last", "per_image")


def read_price(engine: str, data: Mapping[str, Any], place: Callable[..., str]) -> VendorPrice:
    """The ``[price]`` table: so much an image, a month, or by tiers of a month's images.

    Args:
        engine: Its name.
        data: The table.
        place: Words for where a key stands.

    Raises:
        UsageError: What was found, and what is allowed.
    """
    for key in data:
        if key not in _KEYS:
            raise UsageError(f"unknown key {key!r}", where=place("price", key), allowed=_KEYS,
                             nearest=nearest_match(key, _KEYS))  # fmt: skip
    if data.get("currency") != "EUR":
        raise UsageError(f"currency is {data.get('currency')!r}", where=place("price", "currency"),
                         allowed='"EUR": wages are in euros, and no rate of exchange is guessed')  # fmt: skip
    day = data.get("valid_from")
    if not isinstance(day, date) or isinstance(day, datetime):
        raise UsageError(f"valid_from is {day!r}", where=place("price", "valid_from"), allowed="a day: 2026-11-21")
    source = data.get("source")
    if not isinstance(source, str) or not source.strip():
        raise UsageError("source is missing", where=place("price", "source"), allowed="where the price comes from")
    per_month = _money(data, "per_month", place)
    return VendorPrice(
        engine=engine, per_image=_money(data, "per_image", place), per_seat=per_month, seats=1 if per_month else 0,
        tiers=_tiers(data.get("tiers", []), place), valid_from=day, source=source,
    )  # fmt: skip


def _money(data: Mapping[str, Any], key: str, place: Callable[..., str]) -> float:
    found = data.get(key, 0.0)
    if (
        isinstance(found, bool)
        or not isinstance(found, int | float)
        or not math.isfinite(found)
        or not 0 <= found <= MOST
    ):
        raise UsageError(f"{key} is {found!r}", where=place("price", key), allowed=f"a number from 0 to {MOST:g}")
    return float(found)


def _tiers(found: Any, place: Callable[..., str]) -> tuple[Tier, ...]:
    """Tiers that follow one another without a gap, the first from image 1; the last may be open."""
    where = place("price", "tiers")
    if not isinstance(found, list) or not all(isinstance(tier, dict) for tier in found):
        raise UsageError("tiers is not a list of tables", where=where, allowed="{ first, last, per_image }, …")
    tiers: list[Tier] = []
    for tier in found:
        if not set(tier) <= set(_TIER_KEYS):
            raise UsageError(f"a tier has {', '.join(tier)}", where=where, allowed=_TIER_KEYS)
        first, last = tier.get("first"), tier.get("last")
        wanted = tiers[-1].last + 1 if tiers and tiers[-1].last else None if tiers else 1
        if wanted is None or first != wanted or not (last is None or (isinstance(last, int) and last >= first)):
            raise UsageError(f"a tier goes from {first!r} to {last!r}", where=where,
                             allowed="tiers from 1 on, one after the other; only the last is open")  # fmt: skip
        tiers.append(Tier(first=first, last=last, per_image=_money(tier, "per_image", place)))
    return tuple(tiers)
