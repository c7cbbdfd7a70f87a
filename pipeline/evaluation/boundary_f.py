"""Boundary F: how well the outline is followed."""

from __future__ import annotations

import math

import cv2
import numpy as np

from pipeline.evaluation._pair import check_pair

SUBJECT = 0.5  # opacity from which a pixel counts as subject
TOLERANCE_SHARE = 0.002  # of the diagonal, at least TOLERANCE_PX: the definition of `workbench evaluate`
TOLERANCE_PX = 1.0
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def boundary_f(alpha: np.ndarray, truth: np.ndarray) -> float:
    """How well the outline is followed: the share of outline that lies on the other one, both ways.

    The outline is the subject's pixels (opacity >= 0.5) that touch a backdrop pixel by a side; the frame is no
    outline. A pixel matches if the other outline is within max(1, 0.2% of the diagonal) px. The value is the
    harmonic mean of both shares; 1 if neither matte has an outline, 0 if one has.

    Args:
        alpha: Estimated matte, float (H, W) in [0, 1].
        truth: True matte, same shape and range.

    Raises:
        ContractError: The mattes cannot be compared.

    Source:
        Martin, Fowlkes and Malik 2004, "Learning to detect natural image boundaries", for the measure.
    """
    alpha, truth, _ = check_pair(alpha, truth, None)
    tolerance_px = max(TOLERANCE_PX, TOLERANCE_SHARE * math.hypot(*alpha.shape))
    found, real = _outline(alpha >= SUBJECT), _outline(truth >= SUBJECT)
    if not found.any() or not real.any():
        return float(found.any() == real.any())
    precision = _share_near(found, real, tolerance_px)
    recall = _share_near(real, found, tolerance_px)
    return 0.0 if precision + recall == 0.0 else 2.0 * precision * recall / (precision + recall)


def _outline(mask: np.ndarray) -> np.ndarray:
    return mask & (cv2.erode(mask.astype(np.uint8), _CROSS, borderType=cv2.BORDER_REPLICATE) == 0)


def _share_near(outline: np.ndarray, other: np.ndarray, tolerance_px: float) -> float:
    distance = cv2.distanceTransform((~other).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return float((distance[outline] <= tolerance_px).mean())
