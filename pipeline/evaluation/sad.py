"""SAD: how much opacity is wrong in all."""

from __future__ import annotations

import numpy as np

from pipeline.evaluation._pair import check_pair

PER = 1000.0  # the benchmark reports thousands


def sad(alpha: np.ndarray, truth: np.ndarray, unknown: np.ndarray | None = None) -> float:
    """How much opacity is wrong in all: the sum of absolute differences, in thousands of pixels.

    Args:
        alpha: Estimated matte, float (H, W) in [0, 1].
        truth: True matte, same shape and range.
        unknown: Bool (H, W), the region to sum over; None for the whole image.

    Raises:
        ContractError: The mattes cannot be compared.

    Source:
        Rhemann et al. 2009, "A perceptually motivated online benchmark for image matting", CVPR.
    """
    alpha, truth, unknown = check_pair(alpha, truth, unknown)
    error = np.abs(alpha - truth)
    return float((error if unknown is None else error[unknown]).sum() / PER)
