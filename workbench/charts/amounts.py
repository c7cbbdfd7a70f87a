"""Numbers as people read them: the same form on every chart, card and table."""

from __future__ import annotations

from datetime import UTC, datetime

LEAST_SHOWN = 0.01  # of a pixel or a percent: what is less cannot be seen
CURRENCY_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
NO_DATA = "–"  # no data is a dash, never 0


def count(value: float | None) -> str:
    """``12,345``."""
    return NO_DATA if value is None else f"{value:,.0f}"


def percent(share: float | None) -> str:
    """A share of one as ``12.3%``."""
    return NO_DATA if share is None else f"{share * 100:.1f}%"


def money(amount: float | None, currency: str = "EUR") -> str:
    """``€0.34``; ``CHF 0.34`` for a currency without a sign of its own; what is less than a cent is said to be."""
    if amount is None:
        return NO_DATA
    sign = CURRENCY_SIGNS.get(currency, f"{currency} ")
    if 0 < abs(amount) < 0.005:
        return f"<{sign}0.01" if amount > 0 else f"-<{sign}0.01"
    return f"{'-' if amount < 0 else ''}{sign}{abs(amount):,.2f}"


def duration(seconds: float | None) -> str:
    """``1 h 12 min``, ``3 min 20 s``, ``4.2 s``, ``35 ms``: two units at most, none of them zero."""
    if seconds is None:
        return NO_DATA
    if seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    if seconds < 600:
        return _two(round(seconds), 60, "min", "s")
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return _two(minutes, 60, "h", "min")
    return _two(round(minutes / 60), 24, "d", "h")


def work(minutes: float | None) -> str:
    """An estimate of somebody's work, in whole minutes: ``9 min``, ``1 h 20 min``."""
    if minutes is None:
        return NO_DATA
    whole = max(1, round(minutes))
    return f"{whole} min" if whole < 60 else _two(whole, 60, "h", "min")


def file_size(size_bytes: int | None) -> str:
    """``640 kB``, ``4.2 MB``, ``72.7 GB``."""
    if size_bytes is None:
        return NO_DATA
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} kB"
    if size_bytes < 1_000_000_000:
        return f"{size_bytes / 1_000_000:.1f} MB"
    return f"{size_bytes / 1_000_000_000:.1f} GB"


def number(value: float | None, unit: str = "") -> str:
    """A measurement with three significant digits and its unit: ``0.042``, ``1.3 px``, ``12.5%`` for shares."""
    if value is None:
        return NO_DATA
    if unit and 0 < abs(value) < LEAST_SHOWN:
        text = f"<{LEAST_SHOWN}"
    else:
        text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{text}%" if unit == "%" else f"{text} {unit}".strip()


def moment(time: datetime | None) -> str:
    """``20 Nov 2026, 12:43 UTC``."""
    return NO_DATA if time is None else f"{time.astimezone(UTC):%-d %b %Y, %H:%M} UTC"


def plural(number_of: int, one: str, many: str | None = None) -> str:
    """``1 image``, ``12 images``."""
    return f"{count(number_of)} {one if number_of == 1 else many or one + 's'}"


def _two(total: int, per: int, large: str, small: str) -> str:
    whole, rest = divmod(total, per)
    return f"{whole} {large} {rest} {small}" if rest else f"{whole} {large}"
