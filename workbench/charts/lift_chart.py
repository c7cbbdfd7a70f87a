"""Lifts with their intervals: one line each, zero in the middle."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from workbench.charts.theme import ACCENT, neutral_bar, outside_text, quiet, template

ROW_PX = 34
WIDEST = 2.0  # an interval beyond +200% says only that nothing is known; the axis ends there


def lift_chart(
    names: Sequence[str], lifts: Sequence[float], low: Sequence[float], high: Sequence[float], *, dark: bool = False
) -> go.Figure:
    """Points and bars; what chance alone would make is grey, the rest blue.

    Args:
        names: What is compared, the first on top.
        lifts: New / old - 1.
        low: Lower ends of the intervals.
        high: Upper ends.
        dark: For the dark theme.
    """
    told = [a > 0 or b < 0 for a, b in zip(low, high, strict=True)]
    colours = [ACCENT if one else neutral_bar(dark) for one in told]
    labels = [outside_text(name) for name in names]
    figure = go.Figure()
    for label, a, b, colour in zip(labels, low, high, colours, strict=True):
        figure.add_scatter(
            x=[a, min(b, WIDEST)], y=[label, label], mode="lines", line={"color": colour, "width": 3}, hoverinfo="skip"
        )
    figure.add_scatter(
        x=list(lifts), y=labels, mode="markers+text", marker={"color": colours, "size": 10},
        text=[f"{x:+.1%}" for x in lifts], textposition="top center", textfont={"size": 12, "color": quiet(dark)},
        customdata=[[f"{a:+.1%}", f"{b:+.1%}"] for a, b in zip(low, high, strict=True)],
        hovertemplate="<b>%{y}</b>: %{text}<br>%{customdata[0]} to %{customdata[1]}<extra></extra>", cliponaxis=False,
    )  # fmt: skip
    figure.add_vline(x=0, line={"width": 1, "color": quiet(dark)})
    reach = min(WIDEST, 1.15 * max([abs(x) for x in (*low, *high)], default=0.1))
    figure.update_layout(
        template=template(dark), height=ROW_PX * max(len(names), 1) + 46, margin={"l": 0, "r": 12, "t": 12, "b": 0},
        xaxis={
            "range": [-min(reach, 1.0), reach], "tickformat": "+.0%", "showgrid": True, "fixedrange": True, "nticks": 7
        },
        yaxis={
            "autorange": "reversed", "showgrid": False, "fixedrange": True, "ticksuffix": "  ", "type": "category",
        },
    )  # fmt: skip
    return figure
