"""Says where on the subject's skin there are moles, hairs and other spots; changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image import freeze, levels
from pipeline.models.load_model import load_model
from pipeline.models.mole_hair import CLASSES, NAME, UNSURE
from pipeline.skin.find_skin import find_skin
from pipeline.skin.judge_spots import JudgedSpot, judge_spots
from pipeline.step import Step, param

OPAQUE = 0.999  # alpha from which a pixel is the subject's own
MOST_BOXES = 200  # kept in the record, the likeliest moles first
PERHAPS = 0.3  # probability of mole from which an unsure spot is shown: few would be read among hundreds
COLOURS = {"mole": (230, 40, 40), "hair": (30, 110, 230), UNSURE: (240, 190, 30)}  # of the boxes; neither has none


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectMolesParams:
    """Where skin is looked for."""

    skin: str = param(
        "find", doc="find: tell skin from cloth and hair; subject: all of the subject is skin, as in close-ups.",
        choices=("find", "subject"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """What was found, in the geometry it was found in."""

    judged: tuple[JudgedSpot, ...]
    skin: np.ndarray  # bool (H, W)
    geometry: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Moles:
    """How many of what; ``boxes`` is JSON: lists of left, top, width, height, answer, probability of mole."""

    skin_share: float  # of the frame
    candidates: int
    moles: int
    hairs: int
    neither: int
    unsure: int
    boxes: str


def detect_moles(
    *, image: np.ndarray, alpha: np.ndarray, geometry: np.ndarray, params: DetectMolesParams
) -> Mapping[str, object]:
    """Look for dark spots on skin under the matte and tell moles from loose hair; unsure ones are called so.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``.
        alpha: (H, W) ``float32``; only where the subject is opaque is looked at.
        geometry: 3x3, kept with the spots, so that they cannot be used after the picture was moved.
        params: Where skin is.

    Returns:
        ``spots`` (`Spots`), ``moles`` (`Moles`) and ``marked``, the picture with a box around each.

    Raises:
        ModelError: The weights are missing or damaged.
    """
    subject = alpha >= OPAQUE
    skin = find_skin(image, subject) if params.skin == "find" else subject
    judged = judge_spots(image, skin)
    counts = {answer: sum(one.answer == answer for one in judged) for answer in (*CLASSES, UNSURE)}
    sure, perhaps = ("mole", "hair"), UNSURE
    told = [one for one in judged if one.answer in sure or (one.answer == perhaps and one.odds[0] >= PERHAPS)]
    told.sort(key=lambda one: -one.odds[0])
    boxes = [
        [one.spot.left, one.spot.top, one.spot.width, one.spot.height, one.answer, round(one.odds[0], 3)]
        for one in told[:MOST_BOXES]
    ]
    record = Moles(
        skin_share=float(skin.mean()), candidates=len(judged), moles=counts["mole"], hairs=counts["hair"],
        neither=counts["neither"], unsure=counts[UNSURE], boxes=json.dumps(boxes),
    )  # fmt: skip
    return {
        "spots": Spots(judged=judged, skin=skin, geometry=geometry), "moles": record, "marked": _marked(image, boxes),
    }  # fmt: skip


def _marked(image: np.ndarray, boxes: list[list]) -> np.ndarray:
    marked, thick = image.copy(), max(1, round(max(image.shape[:2]) / 700))
    for left, top, width, height, answer, _ in reversed(boxes):
        colour = tuple(level * levels(image) / 255 for level in COLOURS[answer])
        edge = 2 * thick
        corners = (left - edge, top - edge), (left + width + edge, top + height + edge)
        cv2.rectangle(marked, *corners, colour, thick)
    return freeze(marked)


STEP = Step(
    run=detect_moles,
    params=DetectMolesParams,
    needs=("image", "alpha", "geometry"),
    gives=("spots", "moles", "marked"),
    models=(load_model(NAME).sha256,),
)
