"""Differences to a baseline with their intervals, and the margin within which they do not matter."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from workbench.charts.theme import ACCENT, outside_text, quiet, template

ROW_PX = 30


def difference_chart(rows: pl.DataFrame, *, title: str, margin: float, dark: bool = False) -> go.Figure:
    """A dot for each difference, to the right where it is better; the band is the margin.

    Args:
        rows: name, difference, low, high (null where there is no interval), n.
        title: Of the axis.
        margin: How much worse still counts as good enough.
        dark: For the dark theme.
    """
    rows = rows.filter(pl.col("difference").is_not_null())
    low, high = (rows[end].fill_null(rows["difference"]) for end in ("low", "high"))
    figure = go.Figure()
    figure.add_vrect(x0=-margin, x1=margin, fillcolor=quiet(dark), opacity=0.12, line_width=0)
    figure.add_vline(x=0, line={"width": 1, "color": quiet(dark)})
    figure.add_scatter(
        x=rows["difference"].to_list(), y=[outside_text(name) for name in rows["name"]], mode="markers",
        marker={"color": ACCENT, "size": 9, "line": {"width": 0}},
        error_x={"type": "data", "symmetric": False, "thickness": 1.2, "width": 0, "color": ACCENT,
                 "array": (high - rows["difference"]).to_list(), "arrayminus": (rows["difference"] - low).to_list()},
        customdata=rows["n"].to_list(), hovertemplate="<b>%{y}</b>: %{x:+.4f}, n = %{customdata}<extra></extra>",
        showlegend=False,
    )  # fmt: skip
    figure.update_layout(
        template=template(dark), height=ROW_PX * max(rows.height, 1) + 90, margin={"l": 0, "r": 8, "t": 24, "b": 0},
        xaxis={"title": title, "fixedrange": True, "zeroline": False, "tickformat": "+.3~f"},
        yaxis={"autorange": "reversed", "fixedrange": True, "automargin": True, "ticksuffix": "  "},
    )  # fmt: skip
    return figure
