"""A photo and a retoucher's file become the next version: the person's matte and colours in place of the automatic.

Runs in a worker process. The photo goes through the spec's steps again, so that everything but the matte is as it was;
then the same checks measure and the same writers write as for the automatic result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from pipeline import registry
from pipeline.compute import attributes, measure, through_steps, write
from pipeline.corrected_file import CorrectedFile, as_depth, corrected_file
from pipeline.image import freeze
from pipeline.matting.foreground import estimate_foreground
from pipeline.peak_memory import peak_memory_bytes
from pipeline.readers.read_file import read_file
from pipeline.spec import Spec
from pipeline.store import Store
from workbench.domain.errors import PhotoRefused
from workbench.domain.records import Artefact, Computation, StepEvent

ENGINE = "by_hand"
MOST_BYTES = 2_000_000_000  # a layered 16-bit PSD of a 100 MP photo has 1.6 GB
_MOVES = frozenset({"geometry", "image", "alpha", "foreground"})  # steps that give one of these come before the file
_SAME_PX = 0.01  # the frame is the one the retoucher saw when no point of it moved by more
_SAME_ALPHA = 1.5 / 255  # where the matte is as it was, to the rounding of 8 bits, so are the colours


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A photo and the file that corrects it. ``geometry`` is that of the version the person worked on."""

    path: str
    photo_hash: str
    result_key: str
    spec: Spec
    workspace: str
    pixel_limit: int
    upload: str
    upload_name: str
    geometry: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The version, and what kind of file it came from."""

    computation: Computation
    kind: str


def correct(task: Correction) -> Made:
    """Make the next version; nothing but content-addressed files is kept, and none when the upload is refused.

    Raises:
        PhotoRefused: The upload cannot be used, or does not fit the picture.
        WorkbenchError: The photo does not come through any more.
    """
    events: list[StepEvent] = []
    data = read_file(task.upload, most_bytes=MOST_BYTES)
    found = corrected_file(data, task.upload_name, pixel_limit=task.pixel_limit)
    steps = task.spec.steps
    if not any("alpha" in registry.step(use.name).gives for use in steps):
        raise PhotoRefused(f"the spec {task.spec.name} cuts nothing out", allowed="a spec with a matte")
    turn = 1 + max(place for place, use in enumerate(steps) if _MOVES & set(registry.step(use.name).gives))
    values: dict[str, Any] = {"path": task.path, "pixel_limit": task.pixel_limit}
    values = through_steps(steps[:turn], values, events)
    _check_frame(found, values, task)
    values.update(_corrected(found, values))
    values = through_steps(steps[turn:], values, events)
    checks = tuple(measure(use, values, events) for use in task.spec.checks)
    store = Store(task.workspace)
    artefacts = tuple(file for use in task.spec.files for file in write(use, values, events, store))
    upload = store.put(f"upload.{_ending(task.upload_name)}", data)
    computation = Computation(
        result_key=task.result_key, photo_hash=task.photo_hash, spec_hash=task.spec.hash, outcome="done",
        made_at=datetime.now(UTC), engine=ENGINE, width_px=values["photo"].shape[1],
        height_px=values["photo"].shape[0], geometry=tuple(float(value) for value in values["geometry"].ravel()),
        attributes={**attributes(values), **_origin(found, upload, task.upload_name)}, checks=checks,
        artefacts=artefacts, events=tuple(events),
        peak_memory_bytes=peak_memory_bytes(),
    )  # fmt: skip
    return Made(computation=computation, kind=found.kind)


def _check_frame(found: CorrectedFile, values: dict[str, Any], task: Correction) -> None:
    height, width = values["image"].shape[:2]
    if found.alpha.shape != (height, width):
        raise PhotoRefused(
            f"the file has {found.alpha.shape[1]} x {found.alpha.shape[0]} px",
            allowed=f"{width} x {height} px, as delivered",
        )
    corners = np.array([[0, 0, 1], [values["photo"].shape[1], 0, 1], [0, values["photo"].shape[0], 1]], float)
    then, now = np.reshape(task.geometry, (3, 3)), values["geometry"]
    if np.abs(corners @ then.T - corners @ now.T).max() > _SAME_PX:
        raise PhotoRefused(
            "this program would frame the photo differently than when the version was made",
            allowed="run the set again and correct what comes out",
        )


def _corrected(found: CorrectedFile, values: dict[str, Any]) -> dict[str, Any]:
    """The person's matte, colours to it, and the maps that follow from it."""
    alpha, image = found.alpha, values["image"]
    band = ((alpha > 0) & (alpha < 1)).view(np.uint8)
    if found.colours is None:
        kept = np.abs(alpha - values["alpha"]) <= _SAME_ALPHA
        foreground = np.where(kept[..., None], values["foreground"], estimate_foreground(image, alpha, band))
    else:
        foreground = np.where((alpha > 0)[..., None], as_depth(found.colours, image.dtype), image)
    trimap = np.where(band.view(bool), np.float32(0.5), alpha)
    return {
        "alpha": alpha, "confidence": alpha, "trimap": freeze(trimap.astype(np.float32)),
        "foreground": freeze(foreground.astype(image.dtype, copy=False)),
    }  # fmt: skip


def _origin(found: CorrectedFile, upload: Artefact, name: str) -> dict[str, Any]:
    return {
        "correction.kind": found.kind, "correction.bit_depth": found.bit_depth,
        "correction.icc_description": found.icc_description, "correction.icc_problem": found.icc_problem,
        "correction.file": upload.path, "correction.sha256": upload.sha256, "correction.name": name[:200],
    }  # fmt: skip


def _ending(name: str) -> str:
    ending = name.rsplit(".", 1)[-1].lower()
    return ending if ending in ("psd", "png", "tif", "tiff") else "bin"
