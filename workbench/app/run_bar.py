"""How far a run is, as one bar: the lanes so far in their colours, what failed, what was not begun; and in words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from workbench.app.lane_badge import lane_badge
from workbench.charts.amounts import count
from workbench.charts.theme import LANE_COLOURS
from workbench.domain.records import LANES

FAILED_COLOUR = "#C0392B"


def run_bar(lanes: Mapping[str, int], *, failed: int, total: int, paused: bool = False) -> str:
    """HTML of the bar.

    Args:
        lanes: Lane -> images so far.
        failed: Images that were refused or failed.
        total: Images of the whole set.
        paused: Draw it hatched.
    """
    parts = [(lane, lanes.get(lane, 0), LANE_COLOURS[lane]) for lane in LANES] + [("failed", failed, FAILED_COLOUR)]
    done = sum(n for _, n, _ in parts)
    cells = "".join(
        f'<i style="width:{100 * n / max(total, 1):.3f}%;background:{colour}" title="{name}: {n}"></i>'
        for name, n, colour in parts
        if n
    )
    state = " wb-run-paused" if paused else ""
    return (
        f'<div class="wb-run-bar{state}" role="progressbar" aria-valuemin="0" aria-valuemax="{total}" '
        f'aria-valuenow="{done}">{cells}</div>'
    )


def lane_counts(lanes: Mapping[str, int], *, failed: int) -> str:
    """HTML of the lanes with their counts."""
    parts = [
        f'<span class="wb-run-lane">{lane_badge(lane)}{escape(lane)} <b class="wb-num">{count(lanes[lane])}</b></span>'
        for lane in LANES
        if lanes.get(lane)
    ]
    if failed:
        words = f'refused or failed <b class="wb-num">{count(failed)}</b>'
        parts.append(f'<span class="wb-run-lane">{lane_badge(None)}{words}</span>')
    return f'<div class="wb-run-lanes">{"".join(parts) or "<span class=wb-quiet>no result yet</span>"}</div>'
