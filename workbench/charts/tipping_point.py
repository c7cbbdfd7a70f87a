"""Where a shift tips over: what is left when it ends, for every share of images that nobody has to touch."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from workbench.charts.amounts import count, percent
from workbench.charts.theme import ACCENT, LANE_COLOURS, quiet, template

HEIGHT_PX = 300


def tipping_point(
    sweep: pl.DataFrame, *, share: float, break_even: float | None = None, dark: bool = False
) -> go.Figure:
    """Images left at the end of the shift against the automatic share.

    Args:
        sweep: auto_share, left, left_low, left_high, load; one row a share.
        share: The plan's own, marked.
        break_even: Where the arithmetic says the shift is just full; drawn as a thin dashed line.
        dark: For the dark theme.
    """
    at = sweep["auto_share"].to_list()
    colour = LANE_COLOURS["manual"]
    low = [max(0.0, value or 0.0) for value in sweep["left_low"]]
    figure = go.Figure()
    figure.add_scatter(
        x=at + at[::-1], y=sweep["left_high"].to_list() + low[::-1], fill="toself", mode="lines", line={"width": 0},
        fillcolor=colour, opacity=0.18, hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=at, y=sweep["left"].to_list(), mode="lines+markers", line={"color": colour, "width": 2},
        marker={"size": 5, "color": colour},
        customdata=[(percent(s), count(left), percent(load)) for s, left, load in
                    sweep.select("auto_share", "left", "load").iter_rows()],
        hovertemplate="%{customdata[0]} automatic: <b>%{customdata[1]}</b> left<br>"
        "manual work %{customdata[2]} of the shift<extra></extra>",
    )  # fmt: skip
    if break_even is not None and at[0] <= break_even <= at[-1]:
        figure.add_vline(x=break_even, line={"color": quiet(dark), "width": 1, "dash": "dot"})
        figure.add_annotation(
            x=break_even, y=1, yref="paper", text=f"just full at {percent(break_even)}", showarrow=False,
            xanchor="right" if break_even < share else "left", xshift=-5 if break_even < share else 5,
            font={"color": quiet(dark), "size": 12},
        )  # fmt: skip
    if at[0] <= share <= at[-1]:
        figure.add_vline(x=share, line={"color": ACCENT, "width": 1.5})
        figure.add_annotation(
            x=share, y=0.86, yref="paper", text=f"this plan, {percent(share)}", showarrow=False, xanchor="left",
            xshift=5, font={"color": ACCENT, "size": 12},
        )  # fmt: skip
    figure.update_layout(
        template=template(dark), height=HEIGHT_PX, margin={"l": 0, "r": 8, "t": 12, "b": 0},
        xaxis={"tickformat": ".0%", "title": {"text": "share that nobody has to touch"}, "fixedrange": True},
        yaxis={"title": {"text": "images left when the shift ends"}, "tickformat": ",", "fixedrange": True},
    )  # fmt: skip
    return figure
