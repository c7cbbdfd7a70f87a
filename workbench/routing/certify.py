"""Proves up to which risk images may go out untouched: fixed-sequence tests with exact binomial p-values.

The naive choice, the highest limit whose sample looks good enough, is picked because its sample looks good: it breaks
its promise in about half of all samples. Here the limits are laid down before any verdict is read, tried from the
safest on, and the first one that cannot be proved ends the row. Then the chance that the last proved limit breaks the
promise is at most delta, however many limits there are.

Source: Angelopoulos, Bates, Candès, Jordan & Lei (2021), Learn then Test, arXiv:2110.01052, section 2 (fixed-sequence
testing) and Bauer (1991), Multiple testing in clinical trials, Statistics in Medicine 10. Reference:
``mapie.risk_control.BinaryClassificationController`` with ``fwer_method="fixed_sequence"``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workbench.domain.errors import UsageError
from workbench.routing.sample_size import audits_to_pass, error_free_audits

if TYPE_CHECKING:
    import numpy as np

GRID_STEPS = 1000  # limits 0.000, 0.001 … 1.000: fixed, whatever the data
DELTA = 0.05
TARGET = 0.05  # rework in auto that is promised

Status = Literal["certified", "not_yet", "above_target", "no_sample"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """What the audits of one category prove; ``max_risk`` None: nothing yet.

    ``n`` and ``errors`` are those at the certified limit, else at the first limit that was tried. ``more`` is how many
    more audited images it takes: with none of them faulty when ``more_if`` is "error_free", and with the share of
    faults seen so far (and four chances in five) when it is "as_seen"; None when more images would not help.
    """

    category: str
    status: Status
    max_risk: float | None
    n: int
    errors: int
    upper: float | None  # one-sided upper limit of the share of faults, at confidence 1 - delta
    target: float
    delta: float
    sampled: int  # photos of the category in the sample, at any risk
    more: int | None = None
    more_if: Literal["error_free", "as_seen"] = "error_free"
    limited_by: str = ""  # why the row of limits ended before the data did


def grid() -> np.ndarray:
    """The limits that are tried, from the safest to the least safe; known before any verdict."""
    import numpy as np

    return np.arange(GRID_STEPS + 1) / GRID_STEPS


def certify(
    samples: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    target: float = TARGET,
    delta: float = DELTA,
    family_wise: bool = False,
    reach: Mapping[str, float] | None = None,
) -> dict[str, Certified]:
    """The highest limit of each category that is proved to keep the promise.

    Args:
        samples: Category -> risk of each sampled photo, and whether it failed. Rows that may certify, see
            `certification_sample`.
        target: Share of rework in auto that is promised.
        delta: Chance that the promise of a category is wrong.
        family_wise: Share delta among the categories, so that it is the chance that any of the promises is wrong.
        reach: Category -> risk from which on images lie in lanes nobody audits: no limit beyond it can be proved.

    Raises:
        UsageError: A target or delta outside (0, 1).
    """
    for value, what in ((target, "the target"), (delta, "delta")):
        if not 0.0 < value < 1.0:
            raise UsageError(f"{what} is {value!r}", allowed="a number between 0 and 1")
    level = delta / max(len(samples), 1) if family_wise else delta
    reach = reach or {}
    return {
        category: _certify_one(category, risk, failed, target, level, reach.get(category))
        for category, (risk, failed) in samples.items()
    }


def fixed_sequence(risk: np.ndarray, failed: np.ndarray, *, target: float, delta: float) -> tuple[int, int]:
    """Where the row of limits begins and how far it is proved, as places in `grid`.

    Returns:
        The first place whose sample could pass without a fault (the grid's length: none could), and the last proved
        place (-1: none).
    """
    import numpy as np

    n, errors = _counts(risk, failed)
    could = np.flatnonzero(n >= error_free_audits(target, confidence=1.0 - delta))
    if not could.size:
        return len(n), -1
    start = int(could[0])
    passed = p_values(n[start:], errors[start:], target) <= delta
    length = int(np.argmin(passed)) if not passed.all() else len(passed)
    return start, start + length - 1 if length else -1


def p_values(n: np.ndarray, errors: np.ndarray, target: float) -> np.ndarray:
    """Chance of so few faults among n images, or fewer, were the true share just above the target: exact binomial."""
    from scipy.stats import binom

    return binom.cdf(errors, n, target)


def _counts(risk: np.ndarray, failed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Images and faults at or below each limit of the grid."""
    import numpy as np

    place = np.searchsorted(grid(), np.asarray(risk, dtype=float), side="left")
    size = GRID_STEPS + 1
    n = np.cumsum(np.bincount(place, minlength=size)[:size])
    errors = np.cumsum(np.bincount(place, weights=np.asarray(failed, dtype=float), minlength=size)[:size])
    return n, np.rint(errors).astype(int)


def _certify_one(
    category: str, risk: np.ndarray, failed: np.ndarray, target: float, level: float, reach: float | None
) -> Certified:
    import numpy as np
    from scipy.stats import beta

    risk, failed = np.asarray(risk, dtype=float), np.asarray(failed, dtype=bool)
    limits, limited = grid(), ""
    if reach is not None:  # only limits below the place where audits end
        limits = limits[limits < reach]
        limited = f"from risk {reach:.2f} on, images lie in lanes without enough audits"
        inside = risk <= (limits[-1] if limits.size else -1.0)
        risk, failed = risk[inside], failed[inside]
    sampled = int(risk.size)
    n, errors = _counts(risk, failed)
    start, last = fixed_sequence(risk, failed, target=target, delta=level)
    needed = error_free_audits(target, confidence=1.0 - level)
    if last >= 0:  # beyond the riskiest photo of the sample nothing was seen: the safest limit with the same sample
        last = int(np.searchsorted(n, n[last], side="left"))
    at = last if last >= 0 else min(start, len(n) - 1)
    here, wrong = int(n[at]), int(errors[at])
    upper = float(beta.ppf(1.0 - level, wrong + 1, here - wrong)) if here > wrong else None
    known = {
        "category": category, "n": here, "errors": wrong, "upper": upper, "target": target, "delta": level,
        "sampled": sampled, "limited_by": limited,
    }  # fmt: skip
    if last >= 0:
        return Certified(status="certified", max_risk=float(grid()[last]), **known)
    if sampled == 0:
        return Certified(status="no_sample", max_risk=None, more=needed, **known)
    if wrong == 0:
        return Certified(status="not_yet", max_risk=None, more=needed - here, **known)
    lowest = float(beta.ppf(level, wrong, here - wrong + 1))
    wanted = audits_to_pass(wrong / here, target, confidence=1.0 - level)
    if wanted is None and lowest <= target:  # worse than promised so far, perhaps by chance
        return Certified(status="not_yet", max_risk=None, more=None, more_if="as_seen", **known)
    if wanted is None:
        return Certified(status="above_target", max_risk=None, more=None, more_if="as_seen", **known)
    return Certified(status="not_yet", max_risk=None, more=max(1, wanted - here), more_if="as_seen", **known)
