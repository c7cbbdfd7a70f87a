"""The two mattes of a comparison, brought to one form."""

from __future__ import annotations

import numpy as np

from workbench.domain.errors import ContractError


def check_pair(
    alpha: np.ndarray, truth: np.ndarray, unknown: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Both mattes as float64 and the unknown region as bool.

    Raises:
        ContractError: Shapes differ, the mattes are not float maps, leave [0, 1], or nothing is unknown.
    """
    alpha, truth = np.asarray(alpha), np.asarray(truth)
    if alpha.ndim != 2 or alpha.shape != truth.shape or alpha.size == 0:
        raise ContractError(f"mattes of shape {alpha.shape} and {truth.shape} cannot be compared", where="evaluation")
    for name, matte in (("alpha", alpha), ("truth", truth)):
        if not np.issubdtype(matte.dtype, np.floating):
            raise ContractError(f"{name} is {matte.dtype}", where="evaluation", allowed="floats in [0, 1]")
        if not (matte.min() >= 0.0 and matte.max() <= 1.0):  # also catches NaN
            raise ContractError(f"{name} leaves 0 to 1", where="evaluation")
    if unknown is not None:
        unknown = np.asarray(unknown)
        if unknown.shape != alpha.shape or unknown.dtype != np.bool_:
            raise ContractError("unknown is not a bool map of the same shape", where="evaluation")
        if not unknown.any():
            raise ContractError("the unknown region is empty", where="evaluation", allowed="at least one pixel")
    return alpha.astype(np.float64), truth.astype(np.float64), unknown
