"""Conn: how much opacity hangs loose from the subject."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.evaluation._pair import check_pair

PER = 1000.0  # the benchmark reports thousands
STEPS = 10  # thresholds 0.1, 0.2 ... 1.0: the benchmark's step of 0.1
THETA = 0.15  # opacity above the connected level that is let pass: Rhemann et al. 2009


def conn(alpha: np.ndarray, truth: np.ndarray, unknown: np.ndarray | None = None) -> float:
    """How much opacity hangs loose from the subject: difference of the degrees of connectedness, /1000.

    At each threshold both mattes must reach, the largest 4-connected region is the source. A pixel's level is the
    last threshold at which it still belonged to it (1 if it never left). Opacity at least 0.15 above its level
    counts as disconnected by that much; less counts as connected.

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
    level = _connected_level(np.minimum(alpha, truth))
    error = np.abs(_connectedness(alpha, level) - _connectedness(truth, level))
    return float((error if unknown is None else error[unknown]).sum() / PER)


def _connected_level(both: np.ndarray) -> np.ndarray:
    """Last threshold at which each pixel belonged to the source; ``both`` is the smaller of the two mattes."""
    level = np.ones(both.shape)  # never left the source: level 1
    inside = np.ones(both.shape, bool)
    for step in range(1, STEPS + 1):
        source = _largest_region(both >= step / STEPS)  # a quotient, so that 8-bit 153/255 does reach 0.6
        level[inside & ~source] = (step - 1) / STEPS
        inside &= source
    return level


def _largest_region(mask: np.ndarray) -> np.ndarray:
    """The largest 4-connected region of a mask; of two equal ones the first, counted down the columns."""
    # transposed, because the benchmark's code numbers regions column by column
    columns = np.ascontiguousarray(mask.T, dtype=np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(columns, connectivity=4)
    if count == 1:
        return np.zeros(mask.shape, bool)
    return (labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))).T


def _connectedness(matte: np.ndarray, level: np.ndarray) -> np.ndarray:
    excess = matte - level
    return 1.0 - excess * (excess >= THETA)
