"""Grad: how much sharper or softer the edges are than they should be."""

from __future__ import annotations

import math

import cv2
import numpy as np

from pipeline.evaluation._pair import check_pair

PER = 1000.0  # the benchmark reports thousands
SIGMA_PX = 1.4  # of the Gaussian derivative: Rhemann et al. 2009
CUT = 0.01  # the kernel ends where the Gaussian falls to this: the benchmark's code


def grad(alpha: np.ndarray, truth: np.ndarray, unknown: np.ndarray | None = None) -> float:
    """How much sharper or softer the edges are than they should be: squared difference of gradient lengths, /1000.

    Gradients are taken with Gaussian derivatives (sigma 1.4 px, half-width 4 px) whose two-dimensional kernel is
    normalised to length 1, the border replicated.

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
    error = (_gradient_length(alpha) - _gradient_length(truth)) ** 2
    return float((error if unknown is None else error[unknown]).sum() / PER)


def _gradient_length(matte: np.ndarray) -> np.ndarray:
    """Length of the Gaussian-derivative gradient at every pixel."""
    half = math.ceil(SIGMA_PX * math.sqrt(-2.0 * math.log(math.sqrt(2.0 * math.pi) * SIGMA_PX * CUT)))
    x = np.arange(-half, half + 1, dtype=np.float64)
    smooth = np.exp(-(x**2) / (2.0 * SIGMA_PX**2))
    slope = -x * smooth
    smooth /= np.linalg.norm(smooth)  # the norm of an outer product is the product of the norms
    slope /= np.linalg.norm(slope)
    border = cv2.BORDER_REPLICATE
    along_x = cv2.sepFilter2D(matte, cv2.CV_64F, slope, smooth, borderType=border)
    along_y = cv2.sepFilter2D(matte, cv2.CV_64F, smooth, slope, borderType=border)
    return np.hypot(along_x, along_y)
