"""One photo against its ground truth, inside a worker: the matte in source geometry, before alignment and crop."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pipeline.compute import through_steps
from pipeline.evaluation.evaluate_image import evaluate_image
from pipeline.image import freeze
from pipeline.spec import Spec
from workbench.domain.errors import PhotoRefused
from workbench.domain.records import StepEvent

LAST_STEP = "refine_matte"  # what comes after it moves or repaints pixels
_FOUND_BY_TRIMAP = ("segment_subject", "make_trimap")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateTask:
    """A photo with its true matte; with ``trimap_path`` the unknown band is given and segmentation is skipped."""

    image_id: str
    category: str | None
    path: str
    alpha_path: str
    trimap_path: str | None
    spec: Spec
    pixel_limit: int


def evaluate(task: EvaluateTask) -> dict[str, float | str | None]:
    """Measures of one photo: ``image_id, category, sad, mse, grad, conn, iou, boundary_f, seconds``.

    ``seconds`` is the time of the steps that make the matte, loading left out.

    Raises:
        WorkbenchError: A step failed, or the truth does not fit the photo.
    """
    truth = read_map(Path(task.alpha_path))
    trimap = None if task.trimap_path is None else read_trimap(Path(task.trimap_path))
    steps = task.spec.steps[: 1 + next(n for n, use in enumerate(task.spec.steps) if use.name == LAST_STEP)]
    values: dict[str, object] = {"path": task.path, "pixel_limit": task.pixel_limit}
    events: list[StepEvent] = []
    values = through_steps(steps[:1], values, events)
    shape = values["image"].shape[:2]
    for name, map_ in (("alpha", truth), ("trimap", trimap)):
        if map_ is not None and map_.shape != shape:
            raise PhotoRefused(f"the true {name} is {map_.shape}, the photo {shape}", where=task.path)
    if trimap is not None:
        values["trimap"] = values["confidence"] = freeze(trimap)
        steps = tuple(use for use in steps if use.name not in _FOUND_BY_TRIMAP)
    started = time.perf_counter()
    values = through_steps(steps[1:], values, events)
    seconds = time.perf_counter() - started
    found = evaluate_image(values["alpha"], truth, trimap)
    return {"image_id": task.image_id, "category": task.category, **dataclasses.asdict(found), "seconds": seconds}


def read_map(path: Path) -> np.ndarray:
    """A grey file as a float32 map (H, W) in [0, 1]; 8-bit levels are divided by 255, 16-bit by 65535.

    Raises:
        PhotoRefused: Not readable as a picture.
    """
    try:
        found = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    except (OSError, cv2.error) as error:
        raise PhotoRefused(f"ground truth cannot be read: {error}", where=str(path)) from error
    if found is None or found.dtype not in (np.uint8, np.uint16):
        raise PhotoRefused("ground truth cannot be read as a grey picture", where=str(path))
    if found.ndim == 3:
        found = found[..., 0]
    return (found / (65535.0 if found.dtype == np.uint16 else 255.0)).astype(np.float32)


def read_trimap(path: Path) -> np.ndarray:
    """A trimap as float32 0 (backdrop), 0.5 (unknown), 1 (subject): only pure black and white are known."""
    found = read_map(path)
    return np.where(found <= 0, 0.0, np.where(found >= 1, 1.0, 0.5)).astype(np.float32)
