"""A week-by-week line as plain SVG, for pages that must hold everything in one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

WIDTH_PX, HEIGHT_PX = 420, 130
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, 76, 10, 18
HEADROOM = 1.25


def trend_svg(
    labels: Sequence[str],
    values: Sequence[float | None],
    *,
    words: Callable[[float | None], str],
    target: float | None = None,
    colour: str = "#2F6FDE",
) -> str:
    """SVG text; an empty string when there are fewer than two values.

    Args:
        labels: Name of each value, shown at both ends and on hover.
        values: Oldest first; None leaves a gap.
        words: A value as people read it.
        target: A dashed line; its value belongs into the title.
        colour: Of the line.
    """
    points = [(i, float(v)) for i, v in enumerate(values) if v is not None]
    if len(points) < 2:
        return ""
    top = HEADROOM * max([v for _, v in points] + [target or 0.0]) or 1.0
    across, down = WIDTH_PX - _LEFT - _RIGHT, HEIGHT_PX - _TOP - _BOTTOM

    def place(i: int, v: float) -> tuple[float, float]:
        return _LEFT + across * i / max(len(values) - 1, 1), _TOP + down * (1 - v / top)

    line = " ".join("{:.1f},{:.1f}".format(*place(i, v)) for i, v in points)
    dots = "".join(
        '<circle cx="{:.1f}" cy="{:.1f}" r="2.6" fill="{}"><title>{}</title></circle>'.format(
            *place(i, v), colour, escape(f"{labels[i]}: {words(v)}")
        )
        for i, v in points
    )
    x, y = place(*points[-1])
    base = HEIGHT_PX - _BOTTOM
    parts = [
        f'<line x1="{_LEFT}" x2="{WIDTH_PX - _RIGHT}" y1="{base}" y2="{base}" stroke="#E3E3E0"/>',
        f'<text x="{_LEFT}" y="{HEIGHT_PX - 4}">{escape(labels[0])}</text>',
        f'<text x="{WIDTH_PX - _RIGHT}" y="{HEIGHT_PX - 4}" text-anchor="end">{escape(labels[-1])}</text>',
    ]
    if target is not None:
        _, level = place(0, target)
        parts.append(
            f'<line x1="{_LEFT}" x2="{WIDTH_PX - _RIGHT}" y1="{level:.1f}" y2="{level:.1f}" stroke="#8A8F94" '
            f'stroke-dasharray="4 4"><title>target {escape(words(target))}</title></line>'
        )
    parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}')
    parts.append(f'<text x="{x + 7:.1f}" y="{y + 4:.1f}" class="last">{escape(words(points[-1][1]))}</text>')
    name = f"{labels[0]} to {labels[-1]}, last {words(points[-1][1])}"
    return (
        f'<svg viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}" role="img" aria-label="{escape(name, quote=True)}">'
        f"{''.join(parts)}</svg>"
    )
