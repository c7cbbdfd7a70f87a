"""Where the money goes: one stacked bar for each week, category or lane, split into its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from workbench.charts.amounts import count, money
from workbench.charts.theme import outside_text, quiet, template

# planned work in blues and greys, what went wrong in warm colours; tells apart without red and green
PART_COLOURS = {
    "compute": "#C4C8CC", "vendor": "#8C959E", "labour": "#4C6A92", "qa": "#94B4D1", "rework": "#D79B6B",
    "escapes": "#A34A3F",
}  # fmt: skip
HEIGHT_PX = 300
LEAST_BARS = 6  # so that one bar is not as wide as the page


def cost_parts(
    labels: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    *,
    approved: Sequence[int],
    currency: str,
    target: float | None = None,
    dark: bool = False,
) -> go.Figure:
    """Stacked bars of the cost per approved image.

    Args:
        labels: One for each bar, in order.
        parts: Part -> money per approved image, in the order of the labels.
        approved: n of each bar.
        currency: Three letters.
        target: A dashed line with its value.
        dark: For the dark theme.
    """
    shown = [outside_text(label) for label in labels]
    totals = [sum(values[i] for values in parts.values()) for i in range(len(labels))]
    figure = go.Figure()
    for part, values in parts.items():
        if not any(values):
            continue
        figure.add_bar(
            x=shown, y=list(values), name=part, marker={"color": PART_COLOURS[part], "line": {"width": 0}},
            customdata=[
                [money(value, currency), money(total, currency), count(n)]
                for value, total, n in zip(values, totals, approved, strict=True)
            ],
            hovertemplate=f"<b>%{{x}}</b><br>{part} %{{customdata[0]}} of %{{customdata[1]}}<br>"
            "n = %{customdata[2]} approved<extra></extra>",
        )  # fmt: skip
    for label, total in zip(shown, totals, strict=True):
        figure.add_annotation(
            x=label, y=total, text=money(total, currency), showarrow=False, yshift=9,
            font={"size": 12, "color": quiet(dark)},
        )  # fmt: skip
    if target is not None:
        figure.add_hline(
            y=target, line={"dash": "dash", "width": 1, "color": quiet(dark)},
            annotation={
                "text": f"target {money(target, currency)}", "font": {"size": 12, "color": quiet(dark)},
                "xanchor": "right", "yanchor": "bottom",
            },
        )  # fmt: skip
    figure.update_layout(
        template=template(dark), barmode="stack", height=HEIGHT_PX, bargap=0.45, showlegend=True,
        legend={"orientation": "h", "y": 1.12, "x": 0, "traceorder": "normal", "font": {"size": 12}},
        margin={"l": 0, "r": 4, "t": 26, "b": 0},
        xaxis={"type": "category", "fixedrange": True, "range": [-0.5, max(len(labels), LEAST_BARS) - 0.5]},
        yaxis={
            "fixedrange": True, "tickprefix": money(1, currency)[:-4], "nticks": 5, "showgrid": True,
            "range": [0, 1.12 * max([*totals, target or 0.0, 0.01])],
        },
    )  # fmt: skip
    return figure
