"""Keeps what each step did to a photo as small pictures in the workspace's cache, so that a second look is immediate.

``cache/trace/<aa>/<result key>/03_segment_subject_after.webp`` and so on; ``trace.json`` is written last: where it
stands, the pictures stand.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from pipeline.trace_steps import TracedStep

SMALL_PX = 240  # a card of the strip is 120 px wide; twice that on a dense screen
QUALITY = 84
INDEX = "trace.json"


def trace_folder(cache: Path, key: str) -> Path:
    """Where the pictures of one result's steps lie."""
    return cache / "trace" / key[:2] / key


def kept_trace(cache: Path, key: str) -> dict[str, Any] | None:
    """The ``steps`` and the ``note`` of a result that was traced before, None when it was not."""
    try:
        return json.loads((trace_folder(cache, key) / INDEX).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def keep_pictures(traced: TracedStep, position: int, folder: Path) -> dict[str, Any]:
    """Write one step's pictures; returns its row of the index.

    Raises:
        StorageFull: The disk is full.
    """
    event, names = traced.event, {}
    for side, picture in (("before", traced.before), ("after", traced.after)):
        if picture is not None:
            name = f"{position:02d}_{event.name}_{side}"
            _write(folder, f"{name}.webp", picture, None)
            _write(folder, f"{name}_small.webp", picture, SMALL_PX)
            names[side] = name
    return {
        "name": event.name, "seconds": event.seconds, "outcome": event.outcome, "error": event.error,
        "shows": traced.shows, "pictures": names, "width_px": traced.width_px, "height_px": traced.height_px,
        "changed_share": traced.changed_share, "largest_change": traced.largest_change,
    }  # fmt: skip


def keep_trace(steps: list[dict[str, Any]], folder: Path, note: str) -> None:
    """Write the index, once all pictures are there."""
    part = folder / f".{INDEX}.{os.getpid()}"
    part.write_text(json.dumps({"note": note, "steps": steps}), encoding="utf-8")
    os.replace(part, folder / INDEX)


def _write(folder: Path, name: str, picture: np.ndarray, px: int | None) -> None:
    from PIL import Image

    from pipeline.store import DISK_FULL, disk_full

    image = Image.fromarray(picture)
    if px is not None:
        image.thumbnail((px, px), Image.Resampling.LANCZOS)
    part = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        image.save(part, "WEBP", quality=QUALITY, method=2)
        os.replace(part, folder / name)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in DISK_FULL:
            raise disk_full(folder) from error
        raise
