"""Risk against what happened: points on the line mean that risk is a probability."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go

from workbench.charts.amounts import percent
from workbench.charts.theme import ACCENT, quiet, template
from workbench.domain.curves import Reliability

HEIGHT_PX = 260


def reliability_chart(
    found: Reliability, *, said: str = "risk", came: str = "failed", line: str = "as risk says", dark: bool = False
) -> go.Figure:
    """Share of faulty images by bin of risk, with intervals, beside the line of a perfect probability.

    Args:
        found: The bins.
        said: What the probability is of, in words, below the chart.
        came: What came true, in words, beside it.
        line: What the line means.
        dark: For the dark theme.
    """
    top = min(1.0, max(*found.risk, *found.high) * 1.08)
    figure = go.Figure()
    figure.add_scatter(
        x=[0, top], y=[0, top], mode="lines", line={"color": quiet(dark), "width": 1, "dash": "dash"}, hoverinfo="skip"
    )
    figure.add_scatter(
        x=list(found.risk),
        y=list(found.failed),
        mode="markers",
        marker={"color": ACCENT, "size": 8},
        error_y={
            "type": "data",
            "symmetric": False,
            "thickness": 1.2,
            "width": 0,
            "color": ACCENT,
            "array": [h - f for h, f in zip(found.high, found.failed, strict=True)],
            "arrayminus": [f - low for f, low in zip(found.failed, found.low, strict=True)],
        },
        customdata=[
            [percent(f), percent(low), percent(h), n]
            for f, low, h, n in zip(found.failed, found.low, found.high, found.n, strict=True)
        ],
        hovertemplate=f"{said} %{{x:.2f}}: %{{customdata[0]}} {came}"
        "<br>95% interval %{customdata[1]} – %{customdata[2]}"
        "<br>n = %{customdata[3]}<extra></extra>",
    )
    figure.add_annotation(
        x=_free(found.risk, top),
        y=_free(found.risk, top),
        text=line,
        showarrow=False,
        xanchor="right",
        yanchor="bottom",
        xshift=-8,
        yshift=2,
        font={"color": quiet(dark), "size": 12},
    )
    figure.update_layout(
        template=template(dark),
        height=HEIGHT_PX,
        margin={"l": 0, "r": 8, "t": 22, "b": 0},
        xaxis={"title": said, "range": [0, top], "fixedrange": True},
        yaxis={
            "title": came,
            "range": [0, max(top, max(found.high) * 1.05)],
            "tickformat": ".0%",
            "fixedrange": True,
        },
    )
    return figure


def _free(risk: Sequence[float], top: float) -> float:
    """The middle of the widest gap between the dots: where words cover none of them."""
    low, high = max(pairwise(sorted((0.0, *risk, top))), key=lambda gap: gap[1] - gap[0])
    return (low + high) / 2
