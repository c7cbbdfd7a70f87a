"""Brings out the material inside the subject; its edge band, the backdrop and the photo's noise stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image import freeze
from pipeline.step import Step, param
from pipeline.steps._fine_detail import UNIT, broad_contrast, fine_luma, noise_in

CERTAIN = 0.999  # of trimap and alpha: surely subject; a little under 1, since levelling interpolates both
GATE = 2.5  # detail weaker than this many noise sigmas is taken for noise: 99% of it in a Gaussian


@dataclass(frozen=True, slots=True, kw_only=True)
class EnhanceDetailParams:
    """How much crispness and broad contrast the material gets."""

    sharpen: float = param(0.6, doc="Share of the fine detail that is added again.", low=0.0, high=3.0)
    radius_px: float = param(1.0, doc="Blur that separates fine detail.", unit="px", low=0.4, high=5.0)
    contrast: float = param(0.12, doc="Share of the broad local contrast that is added again.", low=0.0, high=1.0)
    contrast_radius: float = param(
        0.02, doc="Blur that separates broad contrast.", unit="share of the longer side", low=0.005, high=0.1
    )
    guard: float = param(
        0.002, doc="Distance kept from the edge band.", unit="share of the longer side", low=0.0, high=0.02
    )
    most_levels: float = param(14.0, doc="Largest change of a pixel.", unit="8-bit levels", low=0.0, high=64.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What the step did."""

    enhanced_share: float  # share of the frame that was touched
    noise_levels: float  # scatter of the photo's noise in fine detail, 8-bit levels
    mean_change_levels: float  # mean absolute change where it was touched, 8-bit levels


def enhance_detail(
    *,
    image: np.ndarray,
    foreground: np.ndarray,
    alpha: np.ndarray,
    trimap: np.ndarray,
    params: EnhanceDetailParams,
) -> Mapping[str, object]:
    """Sharpens weave, grain and print inside the subject, never its edge, never the backdrop, never noise.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``.
        foreground: (H, W, 3) like it; changes exactly where the image does.
        alpha: (H, W) ``float32``.
        trimap: (H, W) ``float32``, 1 where surely subject.
        params: Strengths, radii, guard.

    Returns:
        ``image``, ``foreground`` and the `Detail`; the same arrays where there is nothing to enhance.
    """
    side = max(alpha.shape)
    guard = max(1, round(params.guard * side))
    inside = ((trimap >= CERTAIN) & (alpha >= CERTAIN)).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(inside)
    box = (slice(top, top + height), slice(left, left + width))
    mask = _guarded(inside[box], guard) if width else inside
    if not mask.any() or not (params.sharpen or params.contrast):
        return {"image": image, "foreground": foreground, "detail": Detail(
            enhanced_share=0.0, noise_levels=0.0, mean_change_levels=0.0)}  # fmt: skip

    noise = noise_in(image, alpha, inside, params.radius_px)
    luma = fine_luma(image[box])
    fine = cv2.subtract(luma, cv2.GaussianBlur(luma, (0, 0), params.radius_px), dtype=cv2.CV_16S)
    gate = round(GATE * noise)
    fine = cv2.subtract(fine, cv2.max(cv2.min(fine, gate), -gate))
    broad = broad_contrast(luma, mask, side, params.contrast_radius)
    change = cv2.addWeighted(fine, params.sharpen, broad, params.contrast, 0)
    most = round(params.most_levels * UNIT)
    change = cv2.max(cv2.min(change, most), -most)
    per_level = 1.0 / UNIT if image.dtype == np.uint8 else 65535 / (255 * UNIT)
    change = cv2.multiply(change, mask.astype(np.int16), scale=per_level / 255)

    enhanced, subject = image.copy(), foreground.copy()
    depth = cv2.CV_8U if image.dtype == np.uint8 else cv2.CV_16U
    enhanced[box] = cv2.add(image[box], cv2.merge([change] * 3), dtype=depth)
    cv2.copyTo(enhanced[box], mask, subject[box])
    levels = 1.0 if image.dtype == np.uint8 else 1 / 257
    touched = int(np.count_nonzero(mask))
    record = Detail(
        enhanced_share=touched / alpha.size,
        noise_levels=noise / UNIT,
        mean_change_levels=float(cv2.norm(change, cv2.NORM_L1)) / touched * levels,
    )
    return {"image": freeze(enhanced), "foreground": freeze(subject), "detail": record}


def _guarded(inside: np.ndarray, guard: int) -> np.ndarray:
    """Weight 0 to 255: zero up to ``guard`` px from the edge band, full two guards further in."""
    framed = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    kernel = np.ones((4 * guard + 1, 4 * guard + 1), np.uint8)
    core = cv2.erode(framed, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)[1:-1, 1:-1]
    return cv2.blur(core * np.uint8(255), (2 * guard + 1, 2 * guard + 1), borderType=cv2.BORDER_CONSTANT)


STEP = Step(
    run=enhance_detail,
    params=EnhanceDetailParams,
    needs=("image", "foreground", "alpha", "trimap"),
    gives=("image", "foreground", "detail"),
)
