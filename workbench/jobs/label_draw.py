"""Draws nobody outside the lake can foresee: sides of a pair, who is asked twice, where gold is planted."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

_BITS = 53  # as many as a float holds


@dataclass(frozen=True, slots=True)
class Draw:
    """Numbers by a secret seed: the same question has the same answer for ever, so a repeated push is harmless."""

    seed: str

    def name(self, purpose: str, key: str) -> str:
        """64 hex digits that say nothing about ``key``."""
        return hmac.new(bytes.fromhex(self.seed), f"{purpose}\n{key}".encode(), hashlib.sha256).hexdigest()

    def share(self, purpose: str, key: str) -> float:
        """A number from 0 to below 1."""
        return (int(self.name(purpose, key)[:16], 16) >> (64 - _BITS)) / (1 << _BITS)
