"""What a simulated history is drawn from: the workspace's real results, and how far their cutouts really are off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from workbench.domain.errors import UsageError, WorkbenchError
from workbench.domain.records import Computation, StepEvent
from workbench.lake.lake import Lake
from workbench.lake.stored import computation
from workbench.settings import Settings

MOST = 1000  # photos to draw from
FEW = 20  # too few for a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A real photo with its real automatic result.

    ``edge_error_px`` is how far the cutout's edge is off on average; ``measured`` says whether that was taken from the
    true matte, or guessed from the risk where there is none.
    """

    photo: Mapping[str, Any]
    computation: Computation
    events: tuple[StepEvent, ...]
    spec_name: str
    risk: float
    edge_error_px: float
    measured: bool


def history_originals(store: Lake, settings: Settings) -> list[Original]:
    """Every real result of the workspace, with the error of its cutout measured where a true matte exists.

    Args:
        store: The open lake.
        settings: Workspace, where the cutouts lie.

    Raises:
        UsageError: Nothing was run yet, or no result has a true matte to be measured against.
    """
    found = store.query("history_originals", {"limit": MOST}).to_dicts()
    wanted = pl.DataFrame({"result_id": [row["result_id"] for row in found]}, schema={"result_id": pl.String})
    events: dict[str, list[StepEvent]] = {}
    for row in store.query("history_events", frames={"wanted": wanted.to_arrow()}).iter_rows(named=True):
        event = StepEvent(
            kind=row["kind"], name=row["name"], started_at=None, seconds=row["seconds"],
            core_seconds=row["core_seconds"], outcome="done",
        )  # fmt: skip
        events.setdefault(row["result_id"], []).append(event)
    errors = [_edge_error_px(row, settings.workspace) for row in found]
    guess = _guess_from_risk([(row["risk"], error) for row, error in zip(found, errors, strict=True) if error])
    return [
        Original(
            photo=row, computation=computation(row), events=tuple(events.get(row["result_id"], ())),
            spec_name=row["spec_name"], risk=row["risk"], edge_error_px=error or guess(row["risk"]),
            measured=error is not None,
        )
        for row, error in zip(found, errors, strict=True)
    ]  # fmt: skip


def _edge_error_px(row: Mapping[str, Any], workspace: Path) -> float | None:
    """Sum of absolute differences to the true matte over the length of its outline; None without a true matte."""
    from pipeline.evaluate import read_map
    from pipeline.geometry import warp_map

    files = {file["suffix"]: file["path"] for file in row["artefacts"] or ()}
    if not row["alpha_path"] or "alpha.png" not in files or row["geometry"] is None:
        return None
    try:
        truth, alpha = read_map(Path(row["alpha_path"])), read_map(workspace / files["alpha.png"])
    except WorkbenchError:  # the sample's files were moved: the risk stands in, as for photos without a true matte
        return None
    height, width = alpha.shape
    truth = warp_map(truth, np.array(row["geometry"]).reshape(3, 3), (width, height))
    inside = truth >= 0.5
    outline_px = int((inside[1:] != inside[:-1]).sum() + (inside[:, 1:] != inside[:, :-1]).sum())
    return float(np.abs(alpha - truth).sum()) / outline_px if outline_px else None


def _guess_from_risk(pairs: list[tuple[float, float]]) -> Callable[[float], float]:
    """Edge error from risk: a straight line through the logarithms of what was measured, their mean for a few."""
    if not pairs:
        raise UsageError("no result with a true matte to draw from", allowed="a workspace after `workbench demo`")
    risks, errors = np.array(pairs).T
    if len(pairs) < FEW:
        return lambda _risk: float(np.exp(np.log(errors).mean()))
    slope, start = np.polyfit(risks, np.log(errors), 1)
    return lambda risk: float(np.exp(start + slope * risk))
