"""What each change does to the cost of an image: one bar a lever, the strongest on top."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from workbench.charts.amounts import money
from workbench.charts.theme import VERDICT_COLOURS, outside_text, quiet, template

ROW_PX = 34
LEAST_TOLD = 0.005  # money: half of the smallest coin
CHEAPER, DEARER = VERDICT_COLOURS["approved"], "#D79B6B"  # the colour of rework in `cost_parts`


def levers_chart(names: Sequence[str], differences: Sequence[float], *, currency: str, dark: bool = False) -> go.Figure:
    """Bars to the left make an image cheaper, to the right dearer.

    Args:
        names: What is changed.
        differences: Money per image, in the order of the names.
        currency: Three letters.
        dark: For the dark theme.
    """
    order = sorted(range(len(names)), key=lambda i: -abs(differences[i]))
    labels, values = [outside_text(names[i]) for i in order], [differences[i] for i in order]
    said = [_said(value, currency) for value in values]
    figure = go.Figure(
        go.Bar(
            x=values, y=labels, orientation="h", text=said, textposition="outside", cliponaxis=False,
            textfont={"color": quiet(dark), "size": 12},
            marker={"color": [CHEAPER if value < 0 else DEARER for value in values], "line": {"width": 0}},
            customdata=said, hovertemplate="<b>%{y}</b>: %{customdata} an image<extra></extra>",
        )
    )  # fmt: skip
    figure.add_vline(x=0, line={"width": 1, "color": quiet(dark)})
    reach = 1.25 * max([abs(value) for value in values], default=0.01)
    figure.update_layout(
        template=template(dark), height=ROW_PX * max(len(names), 1) + 16, margin={"l": 0, "r": 8, "t": 8, "b": 8},
        xaxis={"visible": False, "range": [-reach, reach], "fixedrange": True},
        yaxis={"autorange": "reversed", "showgrid": False, "fixedrange": True, "ticksuffix": "  "},
    )  # fmt: skip
    return figure


def _said(value: float, currency: str) -> str:
    """With its sign; what is under half a cent is no change anybody pays."""
    if abs(value) < LEAST_TOLD:
        return f"under {money(2 * LEAST_TOLD, currency)}"
    return f"{'+' if value > 0 else ''}{money(value, currency)}"
