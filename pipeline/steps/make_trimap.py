"""Mark what is surely subject, what is surely backdrop, and the band between that a matte must decide."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image import freeze
from pipeline.matting.fine_detail import fine_detail
from pipeline.step import Step, param
from workbench.domain.errors import StepFailed

UNKNOWN = 0.5
_LEAST_PX = 1.5  # an edge is never narrower than the camera's blur
_CORE = 0.5  # of the depth of a thin part stays decided: a pearl, a strap or a gap keeps its middle
_FRAME_PX = 2  # what a 3x3 matting patch can see from a pixel beside the frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """How wide the undecided band is."""

    subject_above: float = param(0.85, doc="confidence from which a pixel is surely subject", low=0.5, high=1.0)
    backdrop_below: float = param(0.15, doc="confidence up to which a pixel is surely backdrop", low=0.0, high=0.5)
    clean_margin: float = param(
        0.0015, doc="added to the band on each side of a clean edge", unit="of the longer side", low=0.0, high=0.05
    )
    fine_margin: float = param(
        0.012, doc="added where the outline is hair, lace, fur or glass", unit="of the longer side", low=0.0, high=0.1
    )


def make_trimap(*, image: np.ndarray, confidence: np.ndarray, params: Params) -> dict[str, np.ndarray]:
    """Draw the band: narrow along clean edges, wide where strands, lace or glass make the edge soft.

    Every pixel whose confidence lies between the two thresholds is in the band, and so is everything within a
    margin of such a pixel or of an edge between sure subject and sure backdrop, and gaps between strands that
    show the backdrop's colour. A thin part keeps its middle. Where the photo's frame shows undecided backdrop,
    its outermost pixels count as backdrop, so that the matte has something to start from.

    Args:
        image: RGB (H, W, 3).
        confidence: float32 (H, W).

    Returns:
        ``trimap``, float32 (H, W): 0, 0.5 or 1.

    Raises:
        StepFailed: No pixel is surely subject.
    """
    subject = (confidence >= params.subject_above).view(np.uint8)
    if not subject.any():
        raise StepFailed(
            f"nothing is surely subject: the highest confidence is {float(confidence.max(initial=0.0)):.2f}",
            where="make_trimap",
            allowed=f"some pixels at or above subject_above = {params.subject_above:g}",
        )
    backdrop = (confidence <= params.backdrop_below).view(np.uint8)
    trimap = subject.astype(np.float32)
    edge = _edge(subject, backdrop)
    x0, y0, width, height = cv2.boundingRect(edge)
    if width:
        longest = max(confidence.shape)
        clean = max(params.clean_margin * longest, _LEAST_PX)
        fine = max(params.fine_margin * longest, clean)
        reach = int(np.ceil(fine)) + 1
        crop = slice(max(y0 - reach, 0), y0 + height + reach), slice(max(x0 - reach, 0), x0 + width + reach)
        fineness, gaps = fine_detail(image, confidence, params.backdrop_below, params.subject_above)
        margin = clean + (fine - clean) * fineness
        margin = cv2.resize(margin, confidence.shape[::-1], interpolation=cv2.INTER_LINEAR)[crop]
        distance = cv2.distanceTransform(1 - edge[crop], cv2.DIST_L2, 3)
        margin = np.minimum(margin, _CORE * _depth(distance, reach))
        undecided = distance <= margin
        if gaps.any():
            gaps = cv2.dilate(gaps, np.ones((3, 3), np.uint8))
            undecided |= cv2.resize(gaps, confidence.shape[::-1], interpolation=cv2.INTER_NEAREST)[crop].view(bool)
        trimap[crop][undecided] = UNKNOWN
    _anchor_frame(trimap, confidence, (params.backdrop_below + params.subject_above) / 2)
    return {"trimap": freeze(trimap)}


def _edge(subject: np.ndarray, backdrop: np.ndarray) -> np.ndarray:
    """Undecided pixels, and the pixels on both sides where sure subject meets sure backdrop."""
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    meeting = (cv2.dilate(subject, cross) & backdrop) | (cv2.dilate(backdrop, cross) & subject)
    return meeting | (1 - (subject | backdrop))


def _depth(distance: np.ndarray, reach: int) -> np.ndarray:
    """Largest distance within ``reach``: half the width of the part or gap a pixel lies in, if that is narrow."""
    block = max(1, reach // 8)
    height, width = distance.shape
    coarse = cv2.dilate(distance, np.ones((2 * block + 1, 2 * block + 1), np.uint8))[::block, ::block]
    side = 2 * (reach // block) + 1
    coarse = cv2.dilate(coarse, np.ones((side, side), np.uint8))
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST)


def _anchor_frame(trimap: np.ndarray, confidence: np.ndarray, half: float) -> None:
    """Unknown pixels along the frame that are more likely backdrop become backdrop."""
    for side in (np.s_[:_FRAME_PX], np.s_[-_FRAME_PX:], np.s_[:, :_FRAME_PX], np.s_[:, -_FRAME_PX:]):
        likely = (trimap[side] == UNKNOWN) & (confidence[side] < half)
        trimap[side][likely] = 0.0


STEP = Step(run=make_trimap, params=Params, needs=("image", "confidence"), gives=("trimap",))
