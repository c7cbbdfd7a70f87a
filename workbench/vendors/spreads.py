"""How far engines lie apart from photo to photo, as a pilot of ours measured it: what a first guess of n rests on."""

from __future__ import annotations

import functools
import statistics
import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Standard deviation of the difference of two engines: of the closest pair, the middle one, the farthest.

    ``photos`` are those of the pair that was measured on fewest.
    """

    measure: str
    low: float
    typical: float
    high: float
    photos: int
    pairs: int
    source: str


@functools.cache
def measured_spread(measure: str) -> Spread:
    """What was measured for one measure.

    Args:
        measure: A key of `workbench.vendors.pilot.MEASURES`.
    """
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found = [pair["spread"][measure] for pair in said["pairs"]]
    return Spread(
        measure=measure, low=min(found), typical=statistics.median(found), high=max(found), pairs=len(found),
        photos=min(pair["photos"] for pair in said["pairs"]), source=said["source"],
    )  # fmt: skip
