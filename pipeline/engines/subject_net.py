"""The trained engine: a network of our own that has learned what a product looks like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.engines._subject_network import NAME, find_subject
from pipeline.models.load_model import load_model
from pipeline.step import Engine, param


@dataclass(frozen=True, slots=True)
class Params:
    """How large the photo is looked at, and how often."""

    working_side_px: int = param(
        320, doc="longest side at which the subject is looked for", unit="px", low=128, high=1024
    )
    flip: bool = param(False, doc="look at the mirrored photo too and take the mean: twice the time")


def subject_net(image: np.ndarray, params: Params) -> np.ndarray:
    """Find the subject by what was learned from thousands of made and hundreds of real product photos.

    Seen small by a convolutional network; its answer is enlarged along the photo's edges.

    Args:
        image: RGB uint8 or uint16 (H, W, 3).
        params: See `Params`.

    Returns:
        Probability of subject, float32 (H, W) in [0, 1].

    Raises:
        ModelError: The weights cannot be used.
    """
    return find_subject(image, params.working_side_px, flip=params.flip)


def _hashes() -> tuple[str, ...]:
    model = load_model(NAME)
    return (model.sha256, *model.card.beside.values())


ENGINE = Engine(run=subject_net, params=Params, version=2, models=_hashes())
