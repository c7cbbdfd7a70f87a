"""Places the cutout on the customer's paper, with the standard contact shadow, its own shadow, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image import freeze, levels
from pipeline.step import Step, param
from pipeline.steps._shadow_layer import at_full_size, draw_shadow


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOnTemplateParams:
    """Paper and shadow of the delivered picture."""

    paper: str = param("#FFFFFF", doc="Colour of the paper, as #RRGGBB.", pattern="#[0-9A-Fa-f]{6}")
    shadow: str = param(
        "contact",
        doc="contact: standard shadow, even and faint where the product hangs; original: the photo's own; none.",
        choices=("contact", "original", "none"),
    )
    strength: float = param(0.45, doc="Darkness of the standard shadow at its darkest.", low=0.0, high=1.0)
    softness: float = param(1.0, doc="Blur of the standard shadow, 1 as designed.", low=0.2, high=4.0)
    offset: float = param(
        0.012, doc="How far the standard shadow falls below the subject.", unit="share of its size", low=0.0, high=0.2
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What the cutout was placed on. ``standing`` is None where no standard shadow was drawn."""

    paper: str
    shadow: str
    standing: float | None  # 0 hangs or lies flat, 1 stands: which standard shadow was drawn
    shadow_peak: float  # darkest place, 0 to 1
    shadow_share: float  # share of the frame that is shaded


def place_on_template(
    *, image: np.ndarray, foreground: np.ndarray, alpha: np.ndarray, params: PlaceOnTemplateParams
) -> Mapping[str, object]:
    """Puts the subject on clean paper with a shadow, as it will be published.

    Args:
        image: (H, W, 3) corrected photo; its own shadow is read from it.
        foreground: (H, W, 3) colour of the subject.
        alpha: (H, W) ``float32`` opacity.
        params: Paper and shadow.

    Returns:
        ``paper`` and ``flat`` like ``image``, ``shadow`` (H, W) ``float32`` (0 no shadow), and the `Template`.
        flat = alpha * foreground + (1 - alpha) * paper * (1 - shadow), on sRGB-encoded values.
    """
    shape = alpha.shape
    shade, stands = np.zeros((1, 1), np.float32), None
    if params.shadow != "none" and (params.shadow == "original" or params.strength > 0):
        shade, stands = draw_shadow(
            image, alpha, kind=params.shadow, strength=params.strength, softness=params.softness, offset=params.offset
        )
    shadow, box = at_full_size(shade, shape)

    top = levels(image)
    colour = [round(c * top / 255) for c in paper_colour(params.paper)]
    paper = np.empty(image.shape, image.dtype)
    paper[:] = colour
    ground = paper
    if box is not None:
        ground = paper.copy()
        light = 1.0 - shadow[box]
        for channel, value in enumerate(colour):
            ground[(*box, channel)] = np.rint(light * np.float32(value))
    record = Template(
        paper=params.paper.upper(),
        shadow=params.shadow,
        standing=stands,
        shadow_peak=float(shade.max()),
        shadow_share=float((shade > 0).mean()),
    )
    flat = _over(foreground, alpha, ground)
    return {"flat": freeze(flat), "shadow": freeze(shadow), "paper": freeze(paper), "template": record}


def paper_colour(text: str) -> tuple[int, int, int]:
    """Red, green and blue (0 to 255) of ``#RRGGBB``; the spec's reader has checked its form."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _over(foreground: np.ndarray, alpha: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """The subject laid over the ground by its opacity, rounded to the nearest level."""
    if foreground.dtype == np.uint8:
        return cv2.blendLinear(foreground, ground, alpha, 1.0 - alpha)
    flat = ground.copy()
    for row in range(0, alpha.shape[0], 256):  # strips: three floats a pixel would not fit the memory bound
        part = slice(row, row + 256)
        opacity = alpha[part, :, None]
        flat[part] = np.rint(opacity * foreground[part] + (1.0 - opacity) * ground[part])
    return flat


STEP = Step(
    run=place_on_template,
    params=PlaceOnTemplateParams,
    needs=("image", "foreground", "alpha"),
    gives=("flat", "shadow", "paper", "template"),
)
