"""Tells the subject from the backdrop, and how sure that is at each pixel."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from pipeline import registry
from pipeline.step import Engine, Step, param
from workbench.domain.errors import StepFailed

SUBJECT = 0.5  # probability from which a pixel counts as subject
SURE = 0.85  # probability from which it counts as surely subject: the trimap's default threshold
LOOK_SIDE = 512  # px; shares and bands need no more
BAND = 0.006  # share of the diagonal to either side of the outline that counts as edge band


@dataclass(frozen=True, slots=True)
class Params:
    """Which engine looks for the subject, and what counts as having found one."""

    engine: str = param("subject_net", doc="name of a file in pipeline/engines", listing="engines")
    least_subject: float = param(0.0005, doc="smallest share of the frame a subject may have", low=0.0, high=0.5)
    most_subject: float = param(0.98, doc="largest share: beyond it no backdrop was found", low=0.5, high=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmentation:
    """What the engine found. Shares are of the frame, confidences from 0.5 (a guess) to 1 (certain)."""

    engine: str
    engine_version: int
    engine_weights: str | None  # start of a hash of all its weights; None for an engine without any
    subject_share: float  # at least as likely subject as not
    sure_share: float  # surely subject
    band_confidence: float | None  # mean along the outline; None if it has none
    mean_confidence: float
    levels: int  # of 256 that the map uses: 2 is a hard mask, more tells where to look


def segment_subject(*, image: np.ndarray, params: Params) -> Mapping[str, Any]:
    """Find the subject with the engine the spec names.

    Args:
        image: Current picture, RGB.
        params: See `Params`.

    Returns:
        confidence: probability of subject, float32 (H, W); segmentation: `Segmentation`.

    Raises:
        StepFailed: Nothing on the backdrop looks like a subject, or nothing around it like a backdrop.
        UsageError: There is no such engine.
    """
    engine = registry.load("engines", params.engine)
    confidence = engine.run(image, engine.params())
    found = _describe(confidence, params.engine, engine)
    if found.sure_share < params.least_subject:
        raise StepFailed(
            f"no subject found: {found.sure_share:.2%} of the frame is surely subject, "
            f"{found.subject_share:.2%} may be",
            where="segment_subject",
            allowed=f"at least {params.least_subject:.2%}",
        )
    if found.subject_share > params.most_subject:
        raise StepFailed(
            f"no backdrop found: {found.subject_share:.2%} of the frame looks like subject",
            where="segment_subject",
            allowed=f"at most {params.most_subject:.2%}",
        )
    return {"confidence": confidence, "segmentation": found}


def _describe(confidence: np.ndarray, name: str, engine: Engine) -> Segmentation:
    height, width = confidence.shape
    used = np.bincount(cv2.convertScaleAbs(confidence, alpha=255.0).ravel(), minlength=256)
    scale = min(1.0, LOOK_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(confidence, size, interpolation=cv2.INTER_AREA)
    sureness = np.maximum(small, 1.0 - small)
    return Segmentation(
        engine=name,
        engine_version=engine.version,
        engine_weights=hashlib.sha256("".join(engine.models).encode()).hexdigest()[:12] if engine.models else None,
        subject_share=float(used[round(255 * SUBJECT) :].sum() / used.sum()),
        sure_share=float(used[round(255 * SURE) :].sum() / used.sum()),
        band_confidence=_band_confidence(small, sureness),
        mean_confidence=float(sureness.mean()),
        levels=int(np.count_nonzero(used)),
    )


def _band_confidence(small: np.ndarray, sureness: np.ndarray) -> float | None:
    mask = (small >= SUBJECT).astype(np.uint8)
    reach = max(1, round(BAND * float(np.hypot(*mask.shape))))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    band = cv2.dilate(mask, disc) != cv2.erode(mask, disc)
    return float(sureness[band].mean()) if band.any() else None


STEP = Step(run=segment_subject, params=Params, needs=("image",), gives=("confidence", "segmentation"))
