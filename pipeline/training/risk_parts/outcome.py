"""One photo with a known matte: what the pipeline would store of it, and how wrong its matte is."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pipeline.compute import attributes, measure, through_steps
from pipeline.evaluation.boundary_f import boundary_f
from pipeline.evaluation.iou import iou
from pipeline.spec import Spec
from pipeline.training.risk_parts.tolerance import faults
from workbench.domain.errors import StepFailed

MATTE_STEP = "refine_matte"  # the matte is judged as it leaves this step, in the photo's own geometry
PIXEL_LIMIT = 100_000_000


def outcome(photo: Path, truth: np.ndarray, spec: Spec) -> Mapping[str, object] | None:
    """Run a spec on a photo and hold its matte against the true one.

    Args:
        photo: A file, as it would come in.
        truth: True opacity, float (H, W) in [0, 1], of the photo's shape; NaN where it is not known: no error there.
        spec: All its steps and checks are run, no files are written.

    Returns:
        ``attributes`` and ``checks`` (name -> value, limit and better) as they are stored, and the ``faults``;
        None where the pipeline itself says that it found nothing: such a photo never gets a risk.
    """
    cut = 1 + next(n for n, use in enumerate(spec.steps) if use.name == MATTE_STEP)
    values: dict[str, object] = {"path": str(photo), "pixel_limit": PIXEL_LIMIT}
    try:
        values = through_steps(spec.steps[:cut], values, [])
        alpha = values["alpha"]
        values = through_steps(spec.steps[cut:], values, [])
    except StepFailed:
        return None
    truth = np.where(np.isnan(truth), alpha, truth)
    checks = [measure(use, values, []) for use in spec.checks]
    return {
        "attributes": attributes(values),
        "checks": {c.check: {"value": c.value, "limit": c.limit, "better": c.better} for c in checks},
        "faults": dataclasses.asdict(faults(alpha, truth)),
        "iou": iou(alpha, truth),
        "boundary_f": boundary_f(alpha, truth),
    }
