"""Does an engine know when it is wrong: direction of its score, calibration, and what could go out untouched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LEAST = 10  # photos that came back, and photos that did not, below which a direction is a guess
SURE = 0.05  # probability with which a proved share may be wrong
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreWorth:
    """What a score is worth on these photos. ``share_proved`` is certain with 95%, ``share_seen`` only fits them.

    ``sorts`` is the probability that of two photos, one sent back and one not, the score finds the one sent back;
    0.5 is a coin. ``direction`` is what the photos show. ``calibration_error`` is None where the score is no share.
    """

    n: int
    sent_back: int
    without_score: int
    declared: Literal["higher", "lower", "none"]
    direction: Literal["higher", "lower"] | None = None
    sorts: float | None = None
    sorts_low: float | None = None
    sorts_high: float | None = None
    calibration_error: float | None = None
    share_seen: float | None = None
    share_proved: float | None = None
    words: str = ""


def score_worth(
    scores: Sequence[float | None], sent_back: Sequence[bool], groups: Sequence[str], *,
    declared: Literal["higher", "lower", "none"], limit: float, draws: int = 2000, seed: int = 0,
) -> ScoreWorth:  # fmt: skip
    """Hold an engine's own sureness against what was sent back.

    Args:
        scores: As the engine gave them; None where it gave none. Such photos are never automatic.
        sent_back: Whether the cutout would be sent back.
        groups: SKU of each photo.
        declared: Which direction is surer, as the engine's file says.
        limit: Largest share of rework among what goes out untouched.
        draws: Of the bootstrap by SKU.
        seed: Same seed, same interval.
    """
    import numpy as np

    there = np.array([score is not None for score in scores], bool)
    failed = np.asarray(sent_back, bool)
    base = {
        "n": len(failed),
        "sent_back": int(failed.sum()),
        "without_score": int((~there).sum()),
        "declared": declared,
    }
    if declared == "none" or not there.any():
        return ScoreWorth(
            **base, words="the engine says nothing about its own sureness: nothing can be automatic by it"
        )
    given = np.array([float(score) for score in scores if score is not None])
    doubt = -given if declared == "higher" else given
    back, named = failed[there], np.asarray(groups, str)[there]
    if min(back.sum(), (~back).sum()) < LEAST:
        few = f"{int(back.sum())} sent back and {int((~back).sum())} not: too few to judge the score"
        return ScoreWorth(**base, **_shares(doubt, back, len(failed), limit), words=few)
    sorts, low, high = _sorting(doubt, back, named, draws, seed)
    direction = declared if low > 0.5 else ("lower" if declared == "higher" else "higher") if high < 0.5 else None
    shares = _shares(doubt, back, len(failed), limit)
    within = bool((given >= 0).all() and (given <= 1).all())
    return ScoreWorth(
        **base, direction=direction, sorts=sorts, sorts_low=low, sorts_high=high, **shares,
        calibration_error=_calibration(1.0 - given if declared == "higher" else given, back) if within else None,
        words=_words(direction, declared, shares["share_proved"], limit),
    )  # fmt: skip


def _sorting(doubt, back, groups, draws, seed):
    """AUROC with a 95% interval over SKUs, ties counted half."""
    import numpy as np

    order = np.unique(doubt, return_inverse=True)[1]
    names, place = np.unique(groups, return_inverse=True)

    def area(weight):
        hits, rest = np.bincount(order, weight * back), np.bincount(order, weight * ~back)
        below = np.cumsum(rest) - rest
        pairs = hits.sum() * rest.sum()
        return (hits * (below + rest / 2)).sum() / pairs if pairs else np.nan

    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    found = [area(row[place].astype(float)) for row in drawn]
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(area(np.ones(len(back)))), float(low), float(high)


def _calibration(risk, back) -> float:
    """Mean distance between the score read as a risk and what happened, in ten bins of equal numbers."""
    import numpy as np

    parts = np.array_split(np.argsort(risk, kind="stable"), min(BINS, len(risk)))
    return float(sum(len(part) * abs(risk[part].mean() - back[part].mean()) for part in parts) / len(risk))


def _shares(doubt, back, n: int, limit: float) -> dict[str, float]:
    """Shares of all photos that could go out: as seen, and as proved from the surest photo on, in steps.

    The steps are fixed by numbers of photos and tested one after the other until one fails (fixed sequence), each
    with the exact binomial test, so that together they are wrong with at most 5%.
    """
    import numpy as np
    from scipy.stats import binom

    order = np.argsort(doubt, kind="stable")
    ranked, errors = doubt[order], np.cumsum(back[order])
    ends = [k for k in range(1, len(ranked) + 1) if k == len(ranked) or ranked[k] > ranked[k - 1]]  # ties go together
    seen = max((k for k in ends if errors[k - 1] <= limit * k), default=0)
    least = int(np.ceil(np.log(SURE) / np.log(1 - limit)))  # below it even no error at all proves nothing
    step, proved, last = max(1, len(ranked) // 20), 0, 0
    for k in ends:
        if k < least or (k - last < step and k != ends[-1]):
            continue
        last = k
        if binom.cdf(errors[k - 1], k, limit) > SURE:
            break
        proved = k
    return {"share_seen": seen / n, "share_proved": proved / n}


def _words(direction, declared: str, proved: float, limit: float) -> str:
    if direction is None:
        return "the score is not shown to tell good from bad on these photos"
    if direction != declared:
        return f"the score points the other way than declared: {direction} is surer"
    if proved == 0:
        return f"the score sorts, but no share is proved to stay below {limit:.0%} rework on so few photos"
    return f"{proved:.0%} could be automatic with at most {limit:.0%} rework, proved with 95%"
