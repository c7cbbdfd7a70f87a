"""A line the size of a word: how a figure went over the last runs."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH_PX, HEIGHT_PX = 84, 22
_EDGE = 2.5  # px kept free, so that the last point is whole


def spark_line(values: Sequence[float | None], *, target: float | None = None) -> str:
    """SVG text of a spark line; an empty string when there are fewer than two values.

    Args:
        values: Oldest first; None leaves a gap out.
        target: Drawn as a thin dashed line.
    """
    points = [(i, float(v)) for i, v in enumerate(values) if v is not None]
    if len(points) < 2:
        return ""
    amounts = [v for _, v in points] + ([target] if target is not None else [])
    low, high = min(amounts), max(amounts)
    span = (high - low) or 1.0
    last = max(len(values) - 1, 1)

    def place(i: float, v: float) -> tuple[float, float]:
        x = _EDGE + i / last * (WIDTH_PX - 2 * _EDGE)
        y = HEIGHT_PX - _EDGE - (v - low) / span * (HEIGHT_PX - 2 * _EDGE)
        return x, y

    line = " ".join("{:.1f},{:.1f}".format(*place(i, v)) for i, v in points)
    x, y = place(*points[-1])
    dashed = ""
    if target is not None:
        _, ty = place(0, target)
        dashed = (
            f'<line x1="0" x2="{WIDTH_PX}" y1="{ty:.1f}" y2="{ty:.1f}" stroke="currentColor" '
            'stroke-width="1" stroke-dasharray="2 3" opacity="0.45"/>'
        )
    return (
        f'<svg class="wb-spark" width="{WIDTH_PX}" height="{HEIGHT_PX}" viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}" '
        f'role="img" aria-label="last {len(points)} runs">{dashed}'
        f'<polyline points="{line}" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="currentColor"/></svg>'
    )
