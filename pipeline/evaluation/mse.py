"""MSE: how wrong the opacity is on average, large mistakes counting most."""

from __future__ import annotations

import numpy as np

from pipeline.evaluation._pair import check_pair


def mse(alpha: np.ndarray, truth: np.ndarray, unknown: np.ndarray | None = None) -> float:
    """How wrong the opacity is on average, large mistakes counting most: the mean squared difference.

    Args:
        alpha: Estimated matte, float (H, W) in [0, 1].
        truth: True matte, same shape and range.
        unknown: Bool (H, W), the region to average over; None for the whole image.

    Raises:
        ContractError: The mattes cannot be compared.

    Source:
        Rhemann et al. 2009, "A perceptually motivated online benchmark for image matting", CVPR.
    """
    alpha, truth, unknown = check_pair(alpha, truth, unknown)
    error = (alpha - truth) ** 2
    return float((error if unknown is None else error[unknown]).mean())
