"""Our own engines as anybody else's: the subject is found, and the band along its edge is solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline import registry
from pipeline.cutout import Adapter, Around, Asked, Cutout
from pipeline.image import freeze
from pipeline.open_photo import open_photo
from pipeline.step import param

STEPS = ("make_trimap", "refine_matte")  # that solve the edge
_SUREST = 1e-4  # a probability is taken no surer than this when answers are combined


@dataclass(frozen=True, slots=True)
class Params:
    """Which engines look, and whether the edge is solved afterwards."""

    engines: tuple[str, ...] = param(("classical",), doc="engines whose answers are combined", listing="engines")
    matting: bool = param(True, doc="solve the band along the edge; off: the probability itself is the alpha")


def open_engine(params: Params, around: Around):
    """An engine that finds the subject with one or several of ours.

    The answers of several are combined by their mean in log-odds, so that a sure one outweighs an unsure one. The
    score is the mean sureness in the band: 1 is certain, 0 a coin toss.
    """

    def cut_out(asked: Asked) -> Cutout:
        picture = open_photo(asked.path, pixel_limit=asked.pixel_limit)
        return matte_of(picture, params)

    return cut_out


def matte_of(picture: np.ndarray, params: Params) -> Cutout:
    """The cutout of a picture that is open already.

    Raises:
        WorkbenchError: Nothing on the backdrop looks like a subject.
    """
    confidence = _combined([_ask(name, picture) for name in params.engines])
    if not params.matting:
        return Cutout(alpha=confidence, score=float(np.abs(2.0 * confidence - 1.0).mean()))
    trimap_step, matte_step = (registry.step(name) for name in STEPS)
    trimap = trimap_step.run(image=picture, confidence=confidence, params=trimap_step.params())["trimap"]
    solved = matte_step.run(image=picture, confidence=confidence, trimap=trimap, params=matte_step.params())
    return Cutout(alpha=solved["alpha"], score=solved["matte"].band_confidence)


def _ask(name: str, picture: np.ndarray) -> np.ndarray:
    engine = registry.load("engines", name)
    return engine.run(picture, engine.params())


def _combined(answers: list[np.ndarray]) -> np.ndarray:
    if len(answers) == 1:
        return answers[0]
    odds = np.zeros(answers[0].shape, np.float32)
    for answer in answers:
        sure = np.clip(answer, _SUREST, 1.0 - _SUREST)
        odds += np.log(sure / (1.0 - sure))
    return freeze(1.0 / (1.0 + np.exp(-odds / len(answers))))


def facts(params: Params, folder: Path) -> Mapping[str, str]:
    """Versions and weights of the engines used, and versions of the steps that solve the edge."""
    loaded = {name: registry.load("engines", name) for name in params.engines}
    steps = {name: str(registry.step(name).version) for name in (STEPS if params.matting else ())}
    return steps | {name: f"{one.version} {' '.join(one.models)}".strip() for name, one in loaded.items()}


ADAPTER = Adapter(open=open_engine, params=Params, remote=False, facts=facts)
