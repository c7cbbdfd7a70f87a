"""How often images of a given risk fail: measured where verdicts exist, never falling with risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.routing.certify import GRID_STEPS, grid

if TYPE_CHECKING:
    import numpy as np

LEAST_ANSWERS = 30  # below it a curve would be drawn from chance


def failure_curve(
    risk: np.ndarray, failed: np.ndarray, *, weights: np.ndarray | None = None, calibrated: bool = False
) -> np.ndarray | None:
    """Chance to fail at each limit of the grid (and one place more, for images without a risk).

    A calibrated risk is that chance itself. An uncalibrated one only orders images, so the chance is fitted to the
    verdicts by isotonic regression, towards the mean share by one answer at each end, so that a few lucky verdicts do
    not become a chance of 0.

    Args:
        risk: Of images that were judged.
        failed: Whether they failed.
        weights: 1 / chance to be drawn.
        calibrated: The risk is a calibrated probability.

    Returns:
        ``GRID_STEPS + 2`` values; None when there are too few answers to say.
    """
    import numpy as np

    if calibrated:
        return np.append(grid(), 1.0)
    risk, failed = np.asarray(risk, dtype=float), np.asarray(failed, dtype=float)
    if risk.size < LEAST_ANSWERS:
        return None
    from sklearn.isotonic import IsotonicRegression

    weights = np.ones_like(risk) if weights is None else np.asarray(weights, dtype=float)
    mean = float(np.average(failed, weights=weights))
    # half an answer of each outcome at both ends keeps the curve inside (0, 1)
    one = float(weights.mean())
    risk = np.concatenate([risk, [0.0, 1.0]])
    failed = np.concatenate([failed, [mean, mean]])
    weights = np.concatenate([weights, [one, one]])
    fitted = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(risk, failed, sample_weight=weights)
    curve = fitted.predict(grid())
    return np.append(curve, curve[GRID_STEPS])
