"""Look the photo over before anyone edits it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from pipeline.backdrop import fit_backdrop
from pipeline.complexity import expected_minutes, measure, score
from pipeline.engines._subject_network import NAME as SUBJECT
from pipeline.models.load_model import load_model
from pipeline.models.prepare_net import NAME, prepare_net
from pipeline.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What the photo is before editing. Shares are 0 to 1; the parts of the complexity are points that add up."""

    backdrop_r: float  # sRGB, 0 to 255
    backdrop_g: float
    backdrop_b: float
    backdrop_lightness: float  # CIELAB L*
    backdrop_chroma: float  # CIELAB
    backdrop_neutral: bool
    backdrop_uniformity: float  # 0 cluttered to 1 seamless
    subject_share: float  # of the frame
    contrast_de: float  # CIELAB distance between the product's rim and the paper
    skin_share: float  # of the product: skin-coloured
    detail_density: float  # 0 smooth outline to 1 hair all around
    transparency: float  # see-through cue
    reflection: float  # gloss cue
    edge_width_px: float | None  # blur of the sharpest edges; 0.6 is perfectly sharp
    complexity: float  # 0 to 100
    complexity_contrast: float
    complexity_backdrop: float
    complexity_detail: float
    complexity_transparency: float
    complexity_reflection: float
    complexity_skin: float
    complexity_softness: float
    expected_minutes: float  # 2 + 22 (complexity / 100)^1.4


def prepare_image(*, image: np.ndarray, params: object) -> dict[str, object]:
    """Say what kind of job this photo is: its paper, its product, what will take time, and how much.

    Nothing is changed. The evidence comes from a small copy and the backdrop alone, so it is rough where the
    product has the paper's colour; the matte made later knows better. What the photo shows (category, garment, kind
    of shot, what will be hard) is told by a trained model that says nothing where it is not sure; what it is sure of
    counts in the complexity.

    Args:
        image: (H, W, 3) ``uint8`` or ``uint16``, sRGB-encoded.
        params: None.

    Raises:
        ModelError: The model's weights are missing or damaged.
    """
    seen = prepare_net(image)
    backdrop = fit_backdrop(image)
    evidence = measure(image, backdrop)
    points = score(evidence, backdrop, asdict(seen))
    complexity = sum(points.values())
    red, green, blue = (255.0 * value for value in backdrop.colour)
    preparation = Preparation(
        backdrop_r=red, backdrop_g=green, backdrop_b=blue,
        backdrop_lightness=backdrop.lightness, backdrop_chroma=backdrop.chroma, backdrop_neutral=backdrop.neutral,
        backdrop_uniformity=backdrop.uniformity,
        subject_share=evidence.subject_share, contrast_de=evidence.contrast_de, skin_share=evidence.skin_share,
        detail_density=evidence.detail_density, transparency=evidence.transparency, reflection=evidence.reflection,
        edge_width_px=evidence.edge_width_px,
        complexity=complexity, **{f"complexity_{part}": value for part, value in points.items()},
        expected_minutes=expected_minutes(complexity),
    )  # fmt: skip
    return {"preparation": preparation, "seen": seen}


STEP = Step(
    run=prepare_image, needs=("image",), gives=("preparation", "seen"), version=3,
    models=(load_model(NAME).sha256, load_model(SUBJECT).sha256),
)
