"""Which of the found pieces are the subject: several may be, specks and neighbours are not."""

from __future__ import annotations

import cv2
import numpy as np

SUBJECT = 0.5  # probability from which a pixel forms a piece
SMALLEST_SHARE = 0.004  # of the largest piece, below that a piece is a speck: calibrated on sample renders 0-5
NEAR = 0.03  # of the diagonal: a small piece this near to the subject belongs to it (a strap, a strand)
CUT_SHARE = 0.5  # a piece cut by the frame and smaller than this share of the largest is a neighbour
DOUBT = 0.2  # probability of what is left out, as a share of what it was: low, but visible to a person


def keep_subject(confidence: np.ndarray) -> np.ndarray:
    """Lower the confidence of pieces that are not the subject.

    Kept: the largest piece, all pieces of a size with it or near it. Left out: specks, and smaller pieces that the
    frame cuts.

    Args:
        confidence: float32 (h, w) in [0, 1].
    """
    found = (confidence >= SUBJECT).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    if count <= 2:
        return confidence
    height, width = confidence.shape
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    cut = (left == 0) | (top == 0)
    cut |= (left + stats[:, cv2.CC_STAT_WIDTH] == width) | (top + stats[:, cv2.CC_STAT_HEIGHT] == height)
    area[0] = 0.0
    main = int(np.argmax(np.where(cut, CUT_SHARE * area, area)))
    large = (area >= SMALLEST_SHARE * area[main]) & ~(cut & (area < CUT_SHARE * area[main]))
    large[main] = True
    large[0] = False
    away = cv2.distanceTransform((~large[labels]).astype(np.uint8), cv2.DIST_L2, 3)
    near = np.zeros(count, bool)
    near[np.unique(labels[away < NEAR * np.hypot(height, width)])] = True
    left_out = ~large & ~(near & ~cut)
    left_out[0] = False
    if not left_out.any():
        return confidence
    # the soft rim of a piece goes with it: each pixel follows the nearest piece
    _, nearest = cv2.distanceTransformWithLabels(1 - found, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
    piece_of = np.zeros(int(nearest.max()) + 1, np.int32)
    piece_of[nearest[found > 0]] = labels[found > 0]
    return np.where(left_out[piece_of[nearest]], confidence * np.float32(DOUBT), confidence)
