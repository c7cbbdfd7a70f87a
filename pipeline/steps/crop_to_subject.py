"""Frame the product: even margins, the shape the shop asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.framing import delivery_frame, focal_point, product_box
from pipeline.geometry import cut, shift
from pipeline.image import freeze
from pipeline.step import Step, param
from workbench.domain.errors import StepFailed

REACH_PX = 4  # the product's soft edge is wider than its box: paper that close to it is not mirrored


@dataclass(frozen=True, slots=True)
class CropToSubjectParams:
    """Margins and shape of the delivered picture."""

    margin: float = param(0.08, doc="empty share of the frame on the tight sides", low=0.0, high=0.4)
    aspect: str = param(
        "1:1", doc="width to height; source keeps the photo's, subject follows the product",
        choices=("1:1", "4:5", "3:4", "2:3", "5:4", "4:3", "3:2", "16:9", "9:16", "source", "subject"),
    )  # fmt: skip
    focus: str = param(
        "box", doc="what sits in the middle: the product's outline or its visual weight", choices=("box", "weight")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """The frame that was cut, in pixels of the picture before it."""

    left_px: int
    top_px: int
    width_px: int
    height_px: int
    padded_px: int  # largest strip that had to be made up outside the photo
    focus_x_px: float  # the point that sits in the middle of the crop
    focus_y_px: float
    subject_share: float  # of the crop's width or height, whichever is fuller
    margin: float  # asked for: empty share of the frame on the tight sides
    focus: str  # asked for: what sits in the middle, "box" or "weight"


def crop_to_subject(
    *,
    image: np.ndarray,
    alpha: np.ndarray,
    foreground: np.ndarray,
    confidence: np.ndarray,
    trimap: np.ndarray,
    geometry: np.ndarray,
    params: CropToSubjectParams,
) -> dict[str, object]:
    """Put the product in the middle with the margins the shop asks for.

    Pixels are cut, never resampled or enlarged. Where the frame asks for more paper than the photo has, the strip of
    paper beside the product is mirrored back and forth (its last row, where the product touches the frame), with
    alpha 0.

    Args:
        image, foreground: (H, W, 3) ``uint8`` or ``uint16``.
        alpha, confidence, trimap: (H, W) ``float32`` in [0, 1].
        geometry: 3x3, source pixels to current pixels.
        params: See `CropToSubjectParams`.

    Raises:
        StepFailed: The matte holds no product.
    """
    box = product_box(alpha)
    if box is None:
        raise StepFailed("the matte holds no product", where="crop_to_subject", allowed="alpha above 0.05 somewhere")
    focus = focal_point(alpha, box, params.focus)
    left, top, right, bottom = frame = delivery_frame(
        box, focus, alpha.shape, margin=params.margin, aspect=params.aspect
    )
    height, width = alpha.shape
    padded = max(-left, -top, right - width, bottom - height, 0)
    record = Crop(
        left_px=left, top_px=top, width_px=right - left, height_px=bottom - top, padded_px=padded,
        focus_x_px=focus[0], focus_y_px=focus[1],
        subject_share=max((box[2] - box[0]) / (right - left), (box[3] - box[1]) / (bottom - top)),
        margin=params.margin, focus=params.focus,
    )  # fmt: skip
    if frame == (0, 0, width, height):
        values = {"image": image, "foreground": foreground, "alpha": alpha, "confidence": confidence, "trimap": trimap}
        return {**values, "geometry": geometry, "crop": record}
    free = (box[0] - REACH_PX, box[1] - REACH_PX, width - box[2] - REACH_PX, height - box[3] - REACH_PX)
    return {
        "image": cut(image, frame, free=free),
        "foreground": cut(foreground, frame, free=free),
        "alpha": cut(alpha, frame, free=None),
        "confidence": cut(confidence, frame, free=None),
        "trimap": cut(trimap, frame, free=None),
        "geometry": freeze(shift(-left, -top) @ geometry),
        "crop": record,
    }


STEP = Step(
    run=crop_to_subject,
    needs=("image", "alpha", "foreground", "confidence", "trimap", "geometry"),
    gives=("image", "alpha", "foreground", "confidence", "trimap", "geometry", "crop"),
    params=CropToSubjectParams,
)
