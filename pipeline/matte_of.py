"""The matte of a photo in the photo's own geometry, to be looked at and corrected beside the untouched picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from pipeline.compute import through_steps
from pipeline.evaluate import LAST_STEP, read_map
from pipeline.image import freeze
from pipeline.spec import Spec
from workbench.domain.records import StepEvent


def matte_of(path: str, spec: Spec, *, pixel_limit: int) -> np.ndarray:
    """Find the subject as a run would, up to the matte, before anything is turned or cropped.

    Args:
        path: A local file.
        spec: Whose steps are used.
        pixel_limit: Most pixels the photo may have.

    Returns:
        ``float32`` (H, W) in the geometry of the upright photo.

    Raises:
        WorkbenchError: The photo is refused, or a step could not do its work.
    """
    steps = spec.steps[: 1 + next(n for n, use in enumerate(spec.steps) if use.name == LAST_STEP)]
    events: list[StepEvent] = []
    return through_steps(steps, {"path": path, "pixel_limit": pixel_limit}, events)["alpha"]


def matte_back(alpha: Path, geometry: Sequence[float], *, width: int, height: int) -> np.ndarray:
    """A delivered matte carried back to the photo it was made from; what was cropped away is 0.

    Args:
        alpha: Grey file in the delivered geometry.
        geometry: 3x3 row-major, photo pixels to delivered pixels.
        width: Of the upright photo, px.
        height: Of the upright photo, px.

    Raises:
        PhotoRefused: The file cannot be read.
    """
    matrix = np.array(geometry, dtype=np.float64).reshape(3, 3)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP  # the matrix says where each pixel of the photo went
    return freeze(np.clip(cv2.warpPerspective(read_map(alpha), matrix, (width, height), flags=flags), 0.0, 1.0))
