"""Runs one photo through a spec's steps and keeps a small picture of what each step was given and what it made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from pipeline import registry
from pipeline.compute import through_steps
from pipeline.spec import Spec
from workbench.domain.errors import WorkbenchError
from workbench.domain.records import StepEvent

LARGE_PX = 1400  # longest side: fills a dialog of a 1440 px screen
# what is shown of a step that makes several things, the most telling first
SHOWN = ("marked", "flat", "image", "alpha", "trimap", "confidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedStep:
    """One step on one photo. Pictures are ``uint8``, (H, W, 3) RGB or (H, W) grey, at most `LARGE_PX` wide or high.

    ``shows`` names what ``after`` is a picture of, None when the step makes no picture. ``changed_share`` (of the
    pixels) and ``largest_change`` (of 255) compare input and output where both have one frame.
    """

    event: StepEvent
    shows: str | None
    before: np.ndarray | None
    after: np.ndarray | None
    width_px: int | None  # of the whole output
    height_px: int | None
    changed_share: float | None
    largest_change: float | None


def trace_steps(spec: Spec, path: str, pixel_limit: int) -> Iterator[TracedStep]:
    """Each step of a spec on one photo, as it ends; the last one may have failed, and says why.

    Args:
        spec: The checked specification.
        path: A local file.
        pixel_limit: Most pixels the photo may have.

    Raises:
        StorageFull: The disk is full.
        MemoryError: There is not enough memory for this photo.
    """
    values: dict[str, Any] = {"path": path, "pixel_limit": pixel_limit}
    made_at: dict[str, int] = {}
    for position, use in enumerate(spec.steps):
        step, events, before = registry.step(use.name), [], dict(values)
        try:
            values = through_steps((use,), values, events)
        except WorkbenchError:
            yield _traced(events[0], None, None, None)
            return
        shows = next((name for name in SHOWN if name in step.gives), None)
        given = _given(shows, step.needs, made_at)
        yield _traced(events[0], shows, None if given is None else (given, before[given]), values)
        made_at.update(dict.fromkeys(step.gives, position))


def _given(shows: str | None, needs: tuple[str, ...], made_at: Mapping[str, int]) -> str | None:
    """What the output grew out of: the same thing before the step, else the newest of what it looks at."""
    if shows is None or shows in needs:
        return shows
    if shows == "marked":  # drawn on the picture itself
        return "image"
    pictures = [name for name in SHOWN if name in needs]
    return max(pictures, key=lambda name: made_at[name], default=None)


def _traced(event: StepEvent, shows: str | None, given, values: Mapping[str, Any] | None) -> TracedStep:
    after = values[shows] if shows and values else None
    share = largest = None
    if given is not None and given[0] in ("image", "flat") and shows in ("image", "flat"):
        share, largest = _change(given[1], after)
    return TracedStep(
        event=event, shows=shows if after is not None else None,
        before=None if given is None else _small(*given), after=None if after is None else _small(shows, after),
        width_px=None if after is None else after.shape[1], height_px=None if after is None else after.shape[0],
        changed_share=share, largest_change=largest,
    )  # fmt: skip


def _change(before: np.ndarray, after: np.ndarray) -> tuple[float | None, float | None]:
    if before is after:
        return 0.0, 0.0
    if before.shape != after.shape or before.dtype != after.dtype:
        return None, None
    apart = cv2.absdiff(before, after).max(axis=2)
    per_level = 257.0 if apart.dtype == np.uint16 else 1.0
    return float(np.count_nonzero(apart) / apart.size), float(apart.max() / per_level)


def _small(name: str, values: np.ndarray) -> np.ndarray:
    """The picture as the app shows it: confidence in viridis, other maps in grey."""
    height, width = values.shape[:2]
    scale = min(1.0, LARGE_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA) if scale < 1 else values
    if small.dtype == np.uint16:
        return (small >> 8).astype(np.uint8)
    if small.dtype == np.float32:
        small = cv2.convertScaleAbs(small, alpha=255.0)
    if name == "confidence":
        return cv2.cvtColor(cv2.applyColorMap(small, cv2.COLORMAP_VIRIDIS), cv2.COLOR_BGR2RGB)
    return small
