"""Expected cost per approved image against the limit of auto, in its parts."""

from __future__ import annotations

import plotly.graph_objects as go

from workbench.charts.amounts import money
from workbench.charts.theme import ACCENT, LANE_COLOURS, quiet, template
from workbench.domain.curves import CostCurve

HEIGHT_PX = 300
NEAR_THE_END = 0.85  # of the risk axis; a word that begins further right would leave the chart
PART_COLOURS = {
    "compute": "#B9BDC2",
    "vendor": "#8E7CC3",
    "audit": "#7FB7D6",
    "check": LANE_COLOURS["check"],
    "manual": LANE_COLOURS["manual"],
    "senior": LANE_COLOURS["senior"],
    "rework": "#8C564B",
    "escapes": "#C0392B",
}


def cost_curve_chart(
    found: CostCurve, *, limit: float, certified: float | None = None, dark: bool = False
) -> go.Figure:
    """Areas for the parts, a line with a band for the sum, the limit now, and how far it is certified.

    Args:
        found: The curve.
        limit: Where the slider stands.
        certified: Highest certified limit; beyond it the ground is hatched.
        dark: For the dark theme.
    """
    figure = go.Figure()
    for part, values in found.parts.items():
        if not any(values):
            continue
        figure.add_scatter(
            x=list(found.limit),
            y=list(values),
            stackgroup="parts",
            mode="lines",
            name=part,
            line={"width": 0, "color": PART_COLOURS[part]},
            fillcolor=_soft(PART_COLOURS[part]),
            customdata=[money(value) for value in values],
            hovertemplate=f"{part} %{{customdata}}<extra></extra>",
        )
    total = found.total
    figure.add_scatter(
        x=[*found.limit, *reversed(found.limit)],
        y=[*found.high, *reversed(found.low)],
        fill="toself",
        mode="lines",
        fillcolor="rgba(31, 35, 40, 0.14)",
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(
        x=list(found.limit),
        y=total,
        mode="lines",
        line={"color": "#E6E6E6" if dark else "#1F2328", "width": 2},
        customdata=[[money(t), money(a), money(b)] for t, a, b in zip(total, found.low, found.high, strict=True)],
        hovertemplate="limit %{x:.2f}: <b>%{customdata[0]}</b> (%{customdata[1]} – %{customdata[2]})<extra></extra>",
        showlegend=False,
    )
    figure.add_vline(
        x=limit,
        line={"color": ACCENT, "width": 2},
        annotation_text="limit now",
        annotation_position="top",
        annotation_font={"color": ACCENT, "size": 12},
    )
    if certified is not None:
        figure.add_vline(
            x=certified,
            line={"color": "#2A9D8F", "width": 1.5, "dash": "dot"},
            annotation_text="certified",
            annotation_position="bottom right" if certified < NEAR_THE_END else "bottom left",
            annotation_y=0,
            annotation_yanchor="bottom",  # inside, above the axis: below it the word stands among the ticks
            annotation_font={"color": "#2A9D8F", "size": 12},
        )
    figure.update_layout(
        template=template(dark),
        height=HEIGHT_PX,
        margin={"l": 0, "r": 8, "t": 22, "b": 0},
        hovermode="x unified",
        showlegend=True,
        legend={
            "orientation": "h",
            "y": -0.22,
            "x": 0,
            "font": {"size": 12, "color": quiet(dark)},
            "traceorder": "normal",
        },
        xaxis={"title": "risk up to which images go out untouched", "range": [0, 1], "fixedrange": True},
        yaxis={"title": "per approved image", "tickprefix": "€", "tickformat": ".2f", "fixedrange": True},
    )
    return figure


def _soft(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.75)"
