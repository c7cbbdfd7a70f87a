"""The three curves behind a limit: is risk a probability, what do limits let through, what do they cost; with bands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.domain.curves import CostCurve, Coverage, Reliability
from workbench.routing.backtest import PARTS
from workbench.routing.certify import grid
from workbench.routing.failure_curve import failure_curve
from workbench.routing.risk_histogram import PLACES
from workbench.routing.unit_costs import UnitCosts

if TYPE_CHECKING:
    import numpy as np

BINS = 10
LEAST_A_BIN = 10  # images; fewer bins rather than emptier ones
REPEATS = 400
SEED = 1


def reliability(risk: np.ndarray, failed: np.ndarray) -> Reliability | None:
    """Whether images of risk r fail about as often as r says; None with fewer than two bins of images.

    Source: Bröcker & Smith (2007), Increasing the reliability of reliability diagrams, Weather and Forecasting 22 (what
    a calibrated model would show by chance).
    """
    import numpy as np
    from statsmodels.stats.proportion import proportion_confint

    risk, failed = np.asarray(risk, dtype=float), np.asarray(failed, dtype=bool)
    bins = min(BINS, risk.size // LEAST_A_BIN)
    if bins < 2:
        return None
    order = np.argsort(risk, kind="stable")
    parts = np.array_split(order, bins)
    sizes = np.array([part.size for part in parts])
    mean = np.array([risk[part].mean() for part in parts])
    seen = np.array([failed[part].mean() for part in parts])
    low, high = proportion_confint(np.array([failed[part].sum() for part in parts]), sizes, method="wilson")
    draw = np.random.default_rng(SEED)
    drawn = draw.random((REPEATS, risk.size)) < risk[order]
    ends = np.cumsum(sizes)
    sums = np.diff(np.concatenate([np.zeros((REPEATS, 1)), np.cumsum(drawn, axis=1)[:, ends - 1]], axis=1), axis=1)
    noise = (np.abs(sums / sizes - mean) * sizes).sum(axis=1) / risk.size
    return Reliability(
        risk=mean.tolist(), failed=seen.tolist(), low=low.tolist(), high=high.tolist(), n=sizes.tolist(),
        error=float((np.abs(seen - mean) * sizes).sum() / risk.size), noise_floor=float(noise.mean()),
        noise_high=float(np.quantile(noise, 0.95)),
    )  # fmt: skip


def risk_coverage(
    risk: np.ndarray, failed: np.ndarray, *, weights: np.ndarray | None = None, points: int = 51
) -> Coverage | None:
    """What each limit lets through; None without judged images.

    Args:
        risk: Of judged images.
        failed: Whether they failed.
        weights: How many images each stands for, 1 / chance to be drawn: an audit of one in ten counts ten times.
        points: Limits drawn.
    """
    import numpy as np

    risk, failed = np.asarray(risk, dtype=float), np.asarray(failed, dtype=float)
    if risk.size == 0:
        return None
    stand_for = np.ones_like(risk) if weights is None else np.asarray(weights, dtype=float)
    limits = np.linspace(0.0, 1.0, points)
    inside = risk[None, :] <= limits[:, None]
    n = inside @ stand_for
    share = np.divide(inside @ (stand_for * failed), n, out=np.full(points, np.nan), where=n > 0)
    times = np.random.default_rng(SEED).multinomial(risk.size, np.full(risk.size, 1 / risk.size), size=REPEATS)
    many = (times * stand_for) @ inside.T
    wrong = (times * stand_for * failed) @ inside.T
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = wrong / many
    low, high = _quantiles(drawn)
    return Coverage(
        limit=limits.tolist(), coverage=(n / stand_for.sum()).tolist(), failed=_nullable(share), low=_nullable(low),
        high=_nullable(high),
    )  # fmt: skip


def cost_curve(
    counts: np.ndarray, risk: np.ndarray, failed: np.ndarray, *, costs: UnitCosts, audit_share: float,
    check_limit: float, weights: np.ndarray | None = None, calibrated: bool = False, points: int = 51,
    repeats: int = 120,
) -> CostCurve | None:  # fmt: skip
    """Expected cost of one category as the limit of auto moves; None while too few images are judged.

    Args:
        counts: Images of the category by least lane the rules allow and place of risk, (4, places).
        risk: Of its judged images (a probability sample).
        failed: Whether they failed.
        costs: Money per image.
        audit_share: Share of auto that is audited.
        check_limit: Risk up to which a check is enough.
        weights: How many images each judged one stands for, 1 / chance to be drawn.
        calibrated: The risk is a calibrated probability.
        points: Limits drawn.
        repeats: Bootstrap samples.
    """
    import numpy as np

    risk, failed = np.asarray(risk, dtype=float), np.asarray(failed, dtype=float)
    stand_for = np.ones_like(risk) if weights is None else np.asarray(weights, dtype=float)
    curve = failure_curve(risk, failed, weights=stand_for, calibrated=calibrated)
    if curve is None or counts.sum() == 0:
        return None
    limits = np.linspace(0.0, 1.0, points)
    parts = _cost_parts(counts, curve, limits, check_limit, costs, audit_share)
    draw = np.random.default_rng(SEED)
    totals = []
    for _ in range(repeats):
        chosen = draw.integers(0, len(risk), len(risk))
        again = failure_curve(risk[chosen], failed[chosen], weights=stand_for[chosen], calibrated=calibrated)
        totals.append(sum(_cost_parts(counts, again, limits, check_limit, costs, audit_share).values()))
    low, high = np.quantile(np.array(totals), [0.025, 0.975], axis=0)
    return CostCurve(
        limit=limits.tolist(), parts={name: values.tolist() for name, values in parts.items()}, low=low.tolist(),
        high=high.tolist(),
    )  # fmt: skip


def _cost_parts(counts, curve, limits, check_limit: float, costs: UnitCosts, audit_share: float) -> dict:
    import numpy as np

    places = np.append(grid(), np.inf)[:PLACES]
    total = counts.sum()
    free, checked = counts[0].astype(float), counts[1].astype(float)
    within = places[None, :] <= limits[:, None] + 1e-12
    top = max(check_limit, 0.0)
    # a limit of auto above that of a check pushes it up
    looked = places[None, :] <= np.maximum(limits, top)[:, None] + 1e-12
    auto = (within * free).sum(axis=1)
    faulty = (within * free * curve).sum(axis=1)
    to_check = looked * checked + (looked & ~within) * free
    check, check_faulty = to_check.sum(axis=1), (to_check * curve).sum(axis=1)
    senior = float(counts[3].sum())
    manual = total - senior - auto - check
    spent = {
        "compute": np.full(limits.size, total * costs.compute_eur),
        "vendor": np.full(limits.size, total * costs.vendor_eur),
        "audit": auto * audit_share * costs.audit_eur,
        "check": check * costs.check_eur,
        "manual": manual * costs.manual_eur,
        "senior": np.full(limits.size, senior * costs.senior_eur),
        "rework": (faulty * audit_share + check_faulty) * costs.rework_eur,
        "escapes": faulty * (1 - audit_share) * costs.escape_eur,
    }
    return {part: spent[part] / total for part in PARTS}


def _quantiles(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    enough = np.isfinite(drawn).mean(axis=0) > 0.9
    low, high = (np.full(drawn.shape[1], np.nan) for _ in range(2))
    if enough.any():
        low[enough], high[enough] = np.nanquantile(drawn[:, enough], [0.025, 0.975], axis=0)
    return low, high


def _nullable(values: np.ndarray) -> list[float | None]:
    return [None if value != value else float(value) for value in values]
