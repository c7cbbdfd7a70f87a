"""Curves behind a limit, as routing computes and charts draw them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Risk against what happened, in bins of equal size.

    ``error`` is the expected calibration error; a perfectly calibrated model judged on as few images shows
    ``noise_floor`` on average and, in 95 of 100 samples, at most ``noise_high``.
    """

    risk: Sequence[float]
    failed: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    n: Sequence[int]
    error: float
    noise_floor: float
    noise_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Limit by limit: share of images that go out, and share of faulty ones among them, with 95% bootstrap bands."""

    limit: Sequence[float]
    coverage: Sequence[float]
    failed: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCurve:
    """Expected money per approved image against the limit of auto, in parts, with 95% bootstrap bands of the sum."""

    limit: Sequence[float]
    parts: Mapping[str, Sequence[float]]
    low: Sequence[float]
    high: Sequence[float]

    @property
    def total(self) -> list[float]:
        """Sum of the parts."""
        return [sum(values) for values in zip(*self.parts.values(), strict=True)]
