"""How fine the subject's outline is, place by place: hair and lace near 1, a box edge near 0.

Three kinds of evidence, the strongest counts: texture on the backdrop side of the outline that the backdrop
itself does not have (strands, fringe), an outline that is longer than a smooth one would be (fur, lace), and a
wide stretch of undecided confidence (glass, chiffon, out-of-focus edges). All at a working size.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.image import levels

WORKING_PX = 1024
# widths are in working pixels, so they mean the same part of the frame at every size
_WINDOW_PX = 25
_FAR_WINDOW_PX = 101  # for local colours: holds subject and backdrop on both sides of a fringe
_GAPS_WITHIN_PX = 50  # of a fine outline; a fringe is rarely deeper
_FINE = 0.5
_STRAND_PX = 9
_THROUGH = 0.75  # of the way from the backdrop's colour to the subject's
_GAP_PX = 4.5  # an edge and its ringing reach this far; texture nearer than this is the outline itself
_DETAIL_SIGMA_PX = 1.2
_ABOVE_BACKDROP = 1.5  # times the backdrop's own texture (its 90th percentile), plus
_ABOVE_LEVELS = 2.5  # this many 8-bit levels
# each pair: where evidence begins, and where it is complete; calibrated on the rendered set, on confidence maps
# made from true alpha (a clean edge below the first, hair and fur above the second in nine places of ten)
_TEXTURE_SHARE = 0.03, 0.15
_OUTLINE_LENGTH = 2.0, 3.5  # outline length over window side; a straight edge has 1 to 1.9, by its slope
_SOFT_SHARE = 0.30, 0.60


def fine_detail(image: np.ndarray, confidence: np.ndarray, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Map of outline fineness in [0, 1], and where backdrop shines through a fine outline.

    Both have working size (longest side at most `WORKING_PX`), float32 and uint8 (1 where it shines through
    though the confidence says subject: the gaps between strands).

    Args:
        image: RGB (H, W, 3), uint8 or uint16.
        confidence: float32 (H, W).
        low, high: Confidence below and above which a pixel is decided.
    """
    height, width = confidence.shape
    factor = min(1.0, WORKING_PX / max(height, width))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32) * (255.0 / levels(image))
    sure = cv2.resize(confidence, size, interpolation=cv2.INTER_AREA)
    inside = (sure > (low + high) / 2).astype(np.uint8)
    outline = cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    undecided = ((sure > low) & (sure < high)).astype(np.float32)
    evidence = np.maximum(
        _between(_local_mean(undecided), _SOFT_SHARE),
        # the morphological outline is two pixels wide
        _between(_local_mean(outline.astype(np.float32)) * (_WINDOW_PX / 2), _OUTLINE_LENGTH),
    )
    if not inside.any():
        return evidence, np.zeros_like(inside)
    evidence = np.maximum(evidence, _outside_texture(grey, inside, sure <= low))
    fineness = _local_mean(evidence)
    return fineness, _shining_through(small, sure <= low, sure >= high, fineness)


def _shining_through(small: np.ndarray, backdrop: np.ndarray, subject: np.ndarray, fineness: np.ndarray) -> np.ndarray:
    """Subject pixels beside a fine outline that are as near to the local backdrop's colour as to the subject's."""
    reach = np.ones((2 * _GAPS_WITHIN_PX + 1, 2 * _GAPS_WITHIN_PX + 1), np.uint8)
    near = subject & cv2.dilate((fineness > _FINE).view(np.uint8), reach).view(bool)
    if not near.any():
        return near.view(np.uint8)
    behind = _mean_where(small, backdrop)
    across = _mean_where(small, subject) - behind
    share = ((small - behind) * across).sum(axis=2)
    gaps = (near & (share < _THROUGH * (across * across).sum(axis=2))).view(np.uint8)
    # strands between gaps are as undecided as the gaps
    return cv2.morphologyEx(gaps, cv2.MORPH_CLOSE, np.ones((_STRAND_PX, _STRAND_PX), np.uint8)) & near.view(np.uint8)


def _mean_where(small: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Local mean colour of the masked pixels."""
    side = (_FAR_WINDOW_PX, _FAR_WINDOW_PX)
    weight = cv2.blur(mask.astype(np.float32), side, borderType=cv2.BORDER_REPLICATE)
    total = cv2.blur(small * mask[:, :, None].astype(np.float32), side, borderType=cv2.BORDER_REPLICATE)
    return total / np.maximum(weight, 1.0 / _FAR_WINDOW_PX**2)[:, :, None]


def _outside_texture(grey: np.ndarray, inside: np.ndarray, backdrop: np.ndarray) -> np.ndarray:
    """Share of strand-like pixels just outside the outline."""
    texture = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), _DETAIL_SIGMA_PX))
    distance = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    far = backdrop & (distance > 2 * _WINDOW_PX)
    if np.count_nonzero(far) < _WINDOW_PX**2:
        return np.zeros_like(grey)  # no backdrop to compare with
    limit = _ABOVE_BACKDROP * float(np.quantile(texture[far], 0.9)) + _ABOVE_LEVELS
    ring = ((distance > _GAP_PX) & (distance < _WINDOW_PX)).astype(np.float32)
    share = _local_mean(ring * (texture > limit)) / np.maximum(_local_mean(ring), 1.0 / _WINDOW_PX)
    return _between(share, _TEXTURE_SHARE)


def _local_mean(values: np.ndarray) -> np.ndarray:
    return cv2.blur(values, (_WINDOW_PX, _WINDOW_PX), borderType=cv2.BORDER_REPLICATE)


def _between(values: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    return np.clip((values - ends[0]) / (ends[1] - ends[0]), 0.0, 1.0).astype(np.float32)
