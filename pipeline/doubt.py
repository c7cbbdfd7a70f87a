"""Where an answer is doubtful, measured on a small copy: does the engine say the same twice, does the photo agree?"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

LOOK_SIDE = 256  # px, longest side; a lost lampshade shows at this size, and a second look costs a quarter
SUBJECT = 0.5  # probability from which a pixel counts as subject
PLACE = 0.05  # share of the longer side: the size of a place that is looked at as one
NEAR = 0.012  # share of the diagonal: an edge of the photo this near to the outline belongs to it
STRONG_EDGE = 12.0  # CIELAB a pixel at LOOK_SIDE; paper, its grain and soft shadows stay below on the sample renders

Ask = Callable[[np.ndarray], np.ndarray]  # a photo -> its confidence map


def shrink(picture: np.ndarray, side: int = LOOK_SIDE) -> np.ndarray:
    """The picture or map with its longest side at most ``side``."""
    scale = min(1.0, side / max(picture.shape[:2]))
    size = max(16, round(picture.shape[1] * scale)), max(16, round(picture.shape[0] * scale))
    return np.ascontiguousarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def difference(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """How far two maps differ: summed over the frame as a share of the subject, and at the worst place (0 to 1)."""
    away = np.abs(one - other)
    side = max(3, round(PLACE * max(one.shape)) | 1)
    subject = max(1.0, float(np.maximum(one, other).sum()))
    return float(away.sum()) / subject, float(cv2.blur(away, (side, side)).max())


def missed(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """What only the other calls subject, and what only this one does, each as a share of what either does."""
    mine, theirs = one >= SUBJECT, other >= SUBJECT
    either = max(1, int((mine | theirs).sum()))
    return float((theirs & ~mine).sum()) / either, float((mine & ~theirs).sum()) / either


def edge_entropy(confidence: np.ndarray) -> tuple[float | None, float]:
    """How undecided the engine is along the outline (0 to 1 bit), and how much of the subject's size is undecided."""
    p = np.clip(confidence, 1e-6, 1.0 - 1e-6)
    entropy = -(p * np.log2(p) + (1.0 - p) * np.log2(1.0 - p))
    band = _outline(confidence, reach=2) > 0
    along = float(entropy[band].mean()) if band.any() else None
    return along, float((entropy > 0.5).sum()) / max(1.0, float((confidence >= SUBJECT).sum()))


def edges_agree(image: np.ndarray, confidence: np.ndarray) -> tuple[float | None, float, float | None]:
    """Whether the outline lies on edges of the photo, and whether the photo has strong edges outside it.

    Args:
        image: RGB uint8 or uint16 at look size.
        confidence: float32 of the same shape.

    Returns:
        Share of the outline without an edge under it (None without outline); strong edges away from the subject, as a
        share of the outline's length; the median strength of the photo's edge along the outline, CIELAB a pixel.
    """
    small = image if image.dtype == np.uint8 else (image >> 8).astype(np.uint8)
    lab = cv2.cvtColor(small.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    lab = cv2.GaussianBlur(lab, (0, 0), 1.0)
    slope = np.zeros(lab.shape[:2], np.float32)
    for channel in cv2.split(lab):
        slope += (
            cv2.Sobel(channel, cv2.CV_32F, 1, 0, scale=0.25) ** 2
            + cv2.Sobel(channel, cv2.CV_32F, 0, 1, scale=0.25) ** 2
        )
    slope = np.sqrt(slope)
    reach = max(2, round(NEAR * float(np.hypot(*confidence.shape))))
    line = _outline(confidence, reach=1) > 0
    near = cv2.dilate(slope, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    inside = cv2.dilate((confidence >= SUBJECT).astype(np.uint8), np.ones((4 * reach + 1, 4 * reach + 1), np.uint8)) > 0
    length = max(1.0, float(line.sum()) / 2.0)
    stray = float(((slope > STRONG_EDGE / 2.0) & ~inside).sum()) / length
    if not line.any():
        return None, stray, None
    return float((near[line] < STRONG_EDGE / 4.0).mean()), stray, float(np.median(near[line]))


def mirrored(ask: Ask, image: np.ndarray) -> np.ndarray:
    """The answer for the mirrored photo, mirrored back."""
    return np.ascontiguousarray(ask(np.ascontiguousarray(image[:, ::-1]))[:, ::-1])


def _outline(confidence: np.ndarray, *, reach: int) -> np.ndarray:
    """1 where the outline is, that many pixels to each side; the frame is no outline."""
    mask = (confidence >= SUBJECT).astype(np.uint8)
    disc = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return cv2.dilate(mask, disc) - cv2.erode(mask, disc, borderType=cv2.BORDER_REPLICATE)
