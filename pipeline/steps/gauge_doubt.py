"""Asks again where the first answer may be wrong: mirrored, smaller, and another engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline import registry
from pipeline.doubt import difference, edge_entropy, edges_agree, mirrored, missed, shrink
from pipeline.step import Step, param


@dataclass(frozen=True, slots=True, kw_only=True)
class GaugeDoubtParams:
    """Whom to ask for a second opinion."""

    second_engine: str = param(
        "classical", doc="Engine whose answer is held against the first one's.", listing="engines"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """How far other answers differ. Sums are shares of the subject's size, places go from 0 (same) to 1."""

    flip: float  # mirrored photo
    flip_place: float
    scale: float  # photo of half the size
    scale_place: float
    second_engine: str | None  # None when the second engine is the first
    second_missed: float | None  # what only the second calls subject
    second_extra: float | None  # what only the first does
    second_place: float | None
    edge_entropy: float | None  # bits along the outline; None without one
    unsure_share: float  # undecided pixels over subject pixels
    outline_bare: float | None  # share of the outline without an edge of the photo under it
    outline_edge: float | None  # median strength of that edge, CIELAB a pixel
    stray_edges: float  # strong edges away from the subject, over the outline's length
    area_ratio: float  # the matte's area over that of the first rough look at the photo


def gauge_doubt(
    *, image: np.ndarray, confidence: np.ndarray, segmentation, preparation, params: GaugeDoubtParams
) -> Mapping[str, object]:
    """Say how much of the cutout another look would contradict; nothing is changed.

    The same engine sees a small copy, plain and mirrored, and a second engine sees it too. Where their answers differ
    from the one in use, or the photo's own edges do, people find faults: these numbers feed the risk.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``.
        confidence: (H, W) ``float32``, the answer in use.
        segmentation: What `segment_subject` recorded; names the engine.
        preparation: What `prepare_image` recorded.
        params: The second engine.
    """
    small, seen = shrink(image), shrink(confidence)
    engine = registry.load("engines", segmentation.engine)
    plain = engine.run(small, engine.params())
    flipped = mirrored(lambda photo: engine.run(photo, engine.params()), small)
    flip, flip_place = difference(plain, flipped)
    scale, scale_place = difference(seen, plain)
    second_missed = second_extra = second_place = None
    asked = params.second_engine if params.second_engine != segmentation.engine else None
    if asked is not None:
        second = registry.load("engines", asked)
        other = second.run(small, second.params())
        second_missed, second_extra = missed(seen, other)
        second_place = difference(seen, other)[1]
    entropy, unsure = edge_entropy(seen)
    bare, stray, edge = edges_agree(small, seen)
    doubt = Doubt(
        flip=flip, flip_place=flip_place, scale=scale, scale_place=scale_place, second_engine=asked,
        second_missed=second_missed, second_extra=second_extra, second_place=second_place, edge_entropy=entropy,
        unsure_share=unsure, outline_bare=bare, outline_edge=edge, stray_edges=stray,
        area_ratio=segmentation.subject_share / max(1e-3, preparation.subject_share),
    )  # fmt: skip
    return {"doubt": doubt}


STEP = Step(
    run=gauge_doubt,
    params=GaugeDoubtParams,
    needs=("image", "confidence", "segmentation", "preparation"),
    gives=("doubt",),
)
