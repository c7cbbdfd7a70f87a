"""What a limit lets through, and how much of it is faulty."""

from __future__ import annotations

import plotly.graph_objects as go

from workbench.charts.amounts import percent
from workbench.charts.theme import ACCENT, quiet, template
from workbench.domain.curves import Coverage

HEIGHT_PX = 260
BAND = "rgba(47, 111, 222, 0.16)"


def coverage_chart(
    found: Coverage, *, target: float, limit: float | None = None, certified: float | None = None, dark: bool = False,
    out: str = "goes out untouched", faulty: str = "faulty", promise: str = "promise",
) -> go.Figure:  # fmt: skip
    """Faulty share of what goes out against the share that goes out, with a bootstrap band and the promise.

    Args:
        found: The curve.
        target: Where the line of the promise is drawn.
        limit: A limit to mark.
        certified: The certified limit to mark.
        dark: For the dark theme.
        out: What goes out, in words, below the chart.
        faulty: What is wrong with it, in words, beside it.
        promise: What the line is called.
    """
    rows = [
        row
        for row in zip(found.coverage, found.failed, found.low, found.high, found.limit, strict=True)
        if row[1] is not None
    ]
    x, y, low, high, limits = ([row[i] for row in rows] for i in range(5))
    low = [value if value is not None else y[i] for i, value in enumerate(low)]
    high = [value if value is not None else y[i] for i, value in enumerate(high)]
    figure = go.Figure()
    figure.add_scatter(
        x=[*x, *reversed(x)], y=[*high, *reversed(low)], fill="toself", fillcolor=BAND, line={"width": 0},
        hoverinfo="skip", mode="lines",
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"color": ACCENT, "width": 2},
        customdata=[[percent(c), percent(f), f"{t:.2f}"] for c, f, t in zip(x, y, limits, strict=True)],
        hovertemplate="limit %{customdata[2]}: %{customdata[0]} go out, %{customdata[1]} of them faulty<extra></extra>",
    )  # fmt: skip
    figure.add_hline(
        y=target, line={"color": quiet(dark), "width": 1, "dash": "dash"}, annotation_position="top right",
        annotation_text=f"{promise} {percent(target)}", annotation_font={"color": quiet(dark), "size": 12},
    )  # fmt: skip
    for place, words, colour in ((limit, "limit", ACCENT), (certified, "certified", "#2A9D8F")):
        at = _at(limits, x, place)
        if at is not None:
            figure.add_vline(
                x=at, line={"color": colour, "width": 1.5}, annotation_text=words, annotation_position="top",
                annotation_font={"color": colour, "size": 12},
            )  # fmt: skip
    figure.update_layout(
        template=template(dark), height=HEIGHT_PX, margin={"l": 0, "r": 8, "t": 22, "b": 0},
        xaxis={"title": out, "range": [0, 1.02], "tickformat": ".0%", "fixedrange": True},
        yaxis={"title": faulty, "tickformat": ".0%", "fixedrange": True},
    )  # fmt: skip
    return figure


def _at(limits: list[float], coverage: list[float], place: float | None) -> float | None:
    """Coverage at a limit."""
    if place is None or not limits:
        return None
    below = [c for t, c in zip(limits, coverage, strict=True) if t <= place + 1e-9]
    return below[-1] if below else 0.0
