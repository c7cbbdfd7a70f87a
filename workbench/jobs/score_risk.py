"""The risk of one image: by the trained model where it may be used, else by the heuristic."""

from __future__ import annotations

import functools

from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.risk_model import RiskModel
from workbench.domain.records import Facts, Risk
from workbench.routing.heuristic_risk import heuristic_risk


def score_risk(facts: Facts) -> Risk:
    """A calibrated probability that the result comes back, or the uncalibrated heuristic.

    The model is used only for results it was made for: its engine in its version, under a spec that measures what it
    looks at. A product without a risk model uses the heuristic; one whose weights are damaged says so.

    Raises:
        ModelError: The risk model is there but cannot be used.
    """
    model = _shipped()
    if model is None or model.refuses(facts.computation) is not None:
        return Risk(value=heuristic_risk(facts.computation))
    return Risk(value=model.risk(facts.computation, facts.photo.category), model=model.label)


@functools.cache
def _shipped() -> RiskModel | None:
    there = any((WEIGHTS / f"risk.{suffix}").exists() for suffix in ("json", "safetensors"))
    return RiskModel(load_model("risk")) if there else None
