"""IoU: how well the subject's area is found."""

from __future__ import annotations

import numpy as np

from pipeline.evaluation._pair import check_pair

SUBJECT = 0.5  # opacity from which a pixel counts as subject: the convention of the measure


def iou(alpha: np.ndarray, truth: np.ndarray) -> float:
    """How well the subject's area is found: shared area over joint area, both cut at half opacity.

    Two empty areas agree: 1.

    Args:
        alpha: Estimated matte, float (H, W) in [0, 1].
        truth: True matte, same shape and range.

    Raises:
        ContractError: The mattes cannot be compared.
    """
    alpha, truth, _ = check_pair(alpha, truth, None)
    found, real = alpha >= SUBJECT, truth >= SUBJECT
    joint = int(np.count_nonzero(found | real))
    return 1.0 if joint == 0 else float(np.count_nonzero(found & real) / joint)
