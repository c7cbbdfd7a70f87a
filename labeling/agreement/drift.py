"""Speed, and whether somebody grows faster or more careless while they sit: a session's first third beside its last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

PAUSE = timedelta(minutes=30)  # after one as long, somebody sat down anew
LEAST_IN_SESSION = 12  # answers; shorter ones have no third worth the name
DRAWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One answered task of a labeler: when, how long it took, and whether it was as the others or the truth say."""

    at: datetime
    seconds: float | None
    agreed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """``faster`` is the last third's median time over the first third's, ``agreement`` the change of the share that
    agreed, last less first, each with a 95% interval by drawing sessions' answers anew; None with too little to tell.
    """

    answers: int
    sessions: int
    median_s: float | None
    faster: float | None
    faster_low: float | None
    faster_high: float | None
    agreement: float | None
    agreement_low: float | None
    agreement_high: float | None


def sessions(work: Sequence[Work]) -> list[list[Work]]:
    """What was done in one sitting, each in order."""
    found: list[list[Work]] = []
    for one in sorted(work, key=lambda one: one.at):
        if not found or one.at - found[-1][-1].at > PAUSE:
            found.append([])
        found[-1].append(one)
    return found


def drift(work: Sequence[Work], *, seed: int = 0) -> Drift:
    """How somebody's sessions go on, over all their sessions together."""
    import numpy as np

    sat = sessions(work)
    first = [one for part in sat if len(part) >= LEAST_IN_SESSION for one in part[: len(part) // 3]]
    last = [one for part in sat if len(part) >= LEAST_IN_SESSION for one in part[-(len(part) // 3) :]]
    rng = np.random.default_rng(seed)
    times = [np.array([one.seconds for one in part if one.seconds]) for part in (first, last)]
    right = [np.array([one.agreed for one in part if one.agreed is not None], float) for part in (first, last)]
    faster = _compared(times, np.median, lambda a, b: b / a, rng)
    agreement = _compared(right, np.mean, lambda a, b: b - a, rng)
    known = [one.seconds for one in work if one.seconds]
    return Drift(
        answers=len(work), sessions=len(sat), median_s=float(np.median(known)) if known else None,
        **dict(zip(("faster", "faster_low", "faster_high"), faster, strict=True)),
        **dict(zip(("agreement", "agreement_low", "agreement_high"), agreement, strict=True)),
    )  # fmt: skip


def _compared(parts, middle, change, rng) -> tuple[float | None, float | None, float | None]:
    import numpy as np

    if min(len(part) for part in parts) < LEAST_IN_SESSION // 3:
        return None, None, None
    drawn = [middle(part[rng.integers(len(part), size=(DRAWS, len(part)))], axis=1) for part in parts]
    low, high = np.percentile(change(*drawn), [2.5, 97.5])
    return float(change(*(middle(part) for part in parts))), float(low), float(high)
