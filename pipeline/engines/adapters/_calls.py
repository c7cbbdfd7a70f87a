"""How often and how patiently a service is called: a rate kept by all threads, waits that grow and differ."""

from __future__ import annotations

import random
import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


class Pace:
    """Calls no closer together than the rate allows, whoever makes them."""

    def __init__(self, per_minute: float) -> None:
        self._gap_s = 60.0 / per_minute if per_minute > 0 else 0.0
        self._lock = threading.Lock()
        self._next = 0.0

    def wait_s(self) -> float:
        """Seconds until the next call may go out; the place is taken by asking."""
        if self._gap_s == 0.0:
            return 0.0
        with self._lock:
            now = time.monotonic()
            at = max(now, self._next)
            self._next = at + self._gap_s
            return at - now


def back_off_s(attempt: int, *, base_s: float, most_s: float) -> float:
    """How long to wait after a failed attempt: at random up to a bound that doubles each time.

    Source:
        Brooker 2015, "Exponential backoff and jitter" (full jitter).
    """
    return random.uniform(0.0, min(most_s, base_s * 2.0**attempt))


def retry_after_s(header: str | None) -> float | None:
    """What a ``Retry-After`` asks for, in seconds from now; None without one or where it cannot be read.

    Source:
        RFC 9110, 10.2.3.
    """
    if not header:
        return None
    if header.strip().isdigit():
        return float(min(int(header), 10**9))
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
