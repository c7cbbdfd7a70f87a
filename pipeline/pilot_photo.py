"""One photo, one engine: the cutout as it comes, what is wrong with it, and how far it is from the truth."""

from __future__ import annotations

import dataclasses
import functools
import io
import time
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from pipeline import registry
from pipeline.cutout import Around, Asked, Cutout, Engine, EngineFault
from pipeline.deliver._levels import map_levels
from pipeline.deliver._png import encode_png
from pipeline.evaluate import read_map
from pipeline.evaluation.evaluate_image import evaluate_image
from pipeline.image import freeze
from pipeline.matting.foreground import estimate_foreground
from pipeline.open_photo import open_photo
from pipeline.stripped_photo import facts_in
from pipeline.training.risk_parts.tolerance import faults, tolerance
from workbench.domain.errors import PhotoRefused, WorkbenchError
from workbench.domain.whole_file import write_whole

cv2.setNumThreads(1)  # one process a core; the executor runs as many as there are cores

CHECKS = ("backdrop_residue", "colour_spill", "edge_noise", "halo_width", "subject_touches_frame")  # of any cutout
MEASURED = ("sad", "mse", "grad", "conn", "iou", "boundary_f")


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotTask:
    """A photo for an engine; ``matte`` is where its alpha is kept, ``alpha_path`` the truth if there is one."""

    adapter: str
    params: Any
    folder: str
    asked: Asked
    category: str | None
    alpha_path: str | None
    matte: str


def cut_and_measure(task: PilotTask) -> dict[str, Any]:
    """Ask an engine of this machine inside a worker; every fault is a result with its kind and reason."""
    started, cpu = time.perf_counter(), time.process_time()
    try:
        engine = _opened(task.adapter, task.params, task.folder)
        cutout = engine(task.asked)
    except WorkbenchError as error:
        return failed(error) | {"seconds": time.perf_counter() - started}
    times = {"seconds": time.perf_counter() - started, "core_seconds": time.process_time() - cpu}
    return measured(cutout, task) | times


def ask_and_measure(engine: Engine, task: PilotTask) -> dict[str, Any]:
    """Ask a service in a thread of this process; ``seconds`` is what a caller waited, retries included."""
    started = time.perf_counter()
    try:
        cutout = engine(task.asked)
    except WorkbenchError as error:
        if not isinstance(error, EngineFault | PhotoRefused):
            raise  # about the pilot (its budget, the disk), not the photo
        return failed(error) | {"seconds": time.perf_counter() - started}
    return measured(cutout, task) | {"seconds": time.perf_counter() - started, "core_seconds": None}


def failed(error: WorkbenchError) -> dict[str, Any]:
    """The result of a photo of which no usable cutout came."""
    kind = error.kind if isinstance(error, EngineFault) else "failed"
    return {"outcome": "failed", "fault": kind, "reason": error.reason}


def measured(cutout: Cutout, task: PilotTask) -> dict[str, Any]:
    """Keep the matte as eight bits, as services deliver it, and measure exactly that file."""
    picture = open_photo(task.asked.path, pixel_limit=task.asked.pixel_limit)
    levels = map_levels(cutout.alpha, np.uint8)
    matte = encode_png(levels, srgb=False)
    write_whole(Path(task.matte), lambda part: part.write_bytes(matte))
    alpha = freeze(levels.astype(np.float32) / np.float32(255))
    found: dict[str, Any] = {
        "outcome": "done", "score": cutout.score, "calls": cutout.calls, "waited_s": cutout.waited_s,
        "checks": _checks(picture, alpha), "kept": _kept(cutout, task.asked, picture.shape[:2]),
    }  # fmt: skip
    return found | against_truth(alpha, task.alpha_path, task.category)


def against_truth(alpha: np.ndarray | None, alpha_path: str | None, category: str | None) -> dict[str, Any]:
    """Measures of a matte, or of an empty one: what counts for a photo that was not delivered.

    ``beyond`` is its worst error over what is tolerated in the category: more than 1 would be sent back.

    Raises:
        PhotoRefused: The truth cannot be read or has another size.
    """
    if alpha_path is None:
        return {}
    truth = read_map(Path(alpha_path))
    alpha = np.zeros_like(truth) if alpha is None else alpha
    if truth.shape != alpha.shape:
        raise PhotoRefused(f"the true alpha is {truth.shape}, the photo {alpha.shape}", where=alpha_path)
    figures = dataclasses.asdict(evaluate_image(alpha, truth))
    beyond = faults(alpha, truth).beyond(tolerance(category or ""))
    return {name: float(figures[name]) for name in MEASURED} | {"beyond": float(beyond)}


@functools.lru_cache(maxsize=8)
def _opened(adapter: str, params: Any, folder: str) -> Engine:
    return registry.load("engines.adapters", adapter).open(params, Around(folder=Path(folder)))


def _checks(picture: np.ndarray, alpha: np.ndarray) -> dict[str, float | None]:
    """The checks that need nothing but a photo and a matte, each against its own limit: value, None if it abstains."""
    band = ((alpha > 0) & (alpha < 1)).astype(np.uint8)
    values = {
        "image": picture, "photo": picture, "alpha": alpha, "geometry": freeze(np.eye(3)),
        "foreground": freeze(estimate_foreground(picture, alpha, band)),
    }  # fmt: skip
    found = {}
    for name in CHECKS:
        check = registry.check(name)
        given = {need: values[need] for need in check.needs} | {want: values.get(want) for want in check.wants}
        found[name] = check.run(**given, params=check.params()).value
    return found


def _kept(cutout: Cutout, asked: Asked, shape: tuple[int, int]) -> dict[str, bool | int | None]:
    """What the delivered file kept of the photo; empty for an engine that gives a matte and no file."""
    if cutout.file is None:
        return {}
    try:
        with Image.open(io.BytesIO(cutout.file)) as file:
            size, bands = file.size, file.getbands()
        back, sent = facts_in(cutout.file), facts_in(Path(asked.path).read_bytes())
    except (UnidentifiedImageError, OSError, ValueError):
        return {}  # a PSD of a kind Pillow does not open: nothing is known about it
    stem = PurePath(asked.name).stem.lower()
    named = PurePath(cutout.file_name or "").stem.lower()
    return {
        "size": size == (shape[1], shape[0]), "alpha": "A" in bands or bands in (("L",), ("I;16",)),
        "icc": back["icc"] if sent["icc"] else None, "exif": back["exif"], "xmp": back["xmp"],
        "private": back["private"], "name": bool(named) and (stem in named or asked.sku.lower() in named),
        "bytes": len(cutout.file),
    }  # fmt: skip
