"""The built-in engine: finds the subject on a studio backdrop without a trained network."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.engines._edge_aware import enlarge
from pipeline.engines._evidence import first_look, second_look
from pipeline.engines._parts import keep_subject
from pipeline.engines._weigh import Weighing, weighings, weights_hash
from pipeline.image import freeze, levels
from pipeline.step import Engine, param

WINDOW_PX = 2  # of the enlarging, working pixels: the uncertain rim of an edge is about as wide
FLAT = 1e-5  # colour variance (sRGB 0 to 1) under which a window has no edge: 0.8 levels of 255


@dataclass(frozen=True, slots=True)
class Params:
    """How large the photo is looked at."""

    working_side_px: int = param(
        512, doc="longest side at which the subject is looked for", unit="px", low=128, high=1024
    )


def classical(image: np.ndarray, params: Params) -> np.ndarray:
    """Find the subject on a studio backdrop and say how sure each pixel is.

    Seen small: the paper is a smooth surface fitted from the frame; colour off that surface, edges and what they
    enclose speak for the subject, darkening along the line to black (a shadow) does not. A small fitted function
    weighs the evidence. A second look, with the paper as it is near by, the subject's own colours and an
    edge-aware mean, corrects the first. Pieces that are not the subject are lowered, then the map is enlarged
    along the photo's edges.

    Args:
        image: RGB uint8 or uint16 (H, W, 3).
        params: See `Params`.

    Returns:
        Probability of subject, float32 (H, W) in [0, 1].
    """
    return find_subject(image, params, weighings())


def find_subject(image: np.ndarray, params: Params, looks: tuple[Weighing, Weighing]) -> np.ndarray:
    """The same with other weights: for measuring weights that are not shipped."""
    height, width = image.shape[:2]
    scale = min(1.0, params.working_side_px / max(height, width))
    size = max(16, round(width * scale)), max(16, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32) / levels(image)
    return freeze(enlarge(keep_subject(_probability(small, looks)), small, image, radius_px=WINDOW_PX, edge=FLAT))


def _probability(small: np.ndarray, looks: tuple[Weighing, Weighing]) -> np.ndarray:
    """Both looks at a photo of working size, float32 (h, w, 3) in [0, 1]."""
    shape = small.shape[:2]
    look = first_look(small)
    first, second = looks
    answer = first(look.table).reshape(shape)
    return second(second_look(look, answer)).reshape(shape)


ENGINE = Engine(run=classical, params=Params, version=1, models=(weights_hash(),))
