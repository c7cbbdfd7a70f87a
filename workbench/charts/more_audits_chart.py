"""What more audits buy: the share that may go out under proof, and how likely anything is proved at all."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from workbench.charts.amounts import count, percent
from workbench.charts.theme import ACCENT, quiet, template

HEIGHT_PX = 280
BAND = "rgba(47, 111, 222, 0.16)"


def more_audits_chart(found: pl.DataFrame, *, dark: bool = False) -> go.Figure:
    """A line with the middle 80% of draws as its band, and a dashed line for the chance of any proof.

    Args:
        found: more, proved, goes_out, goes_out_low, goes_out_high; one row a number of further audits.
        dark: For the dark theme.
    """
    x = found["more"].to_list()
    figure = go.Figure()
    figure.add_scatter(
        x=[*x, *reversed(x)], y=[*found["goes_out_high"], *reversed(found["goes_out_low"].to_list())], fill="toself",
        fillcolor=BAND, line={"width": 0}, mode="lines", hoverinfo="skip",
    )  # fmt: skip
    for name, words, line in (
        ("proved", "chance that a limit is proved", {"color": quiet(dark), "width": 1.5, "dash": "dash"}),
        ("goes_out", "may go out untouched", {"color": ACCENT, "width": 2}),
    ):
        values = found[name].to_list()
        figure.add_scatter(
            x=x, y=values, mode="lines+markers", line=line, marker={"size": 6, "color": line["color"]},
            customdata=[[count(n), percent(value)] for n, value in zip(x, values, strict=True)],
            hovertemplate=f"%{{customdata[0]}} more audits: <b>%{{customdata[1]}}</b> {words}<extra></extra>",
        )  # fmt: skip
        figure.add_annotation(
            x=x[-1], y=values[-1], text=words, showarrow=False, xanchor="right", yshift=12,
            font={"color": line["color"], "size": 12},
        )  # fmt: skip
    figure.update_layout(
        template=template(dark), height=HEIGHT_PX, margin={"l": 0, "r": 12, "t": 20, "b": 0},
        xaxis={"title": "more audits", "tickvals": x, "fixedrange": True},
        yaxis={"tickformat": ".0%", "range": [0, 1.12], "tickvals": [0, 0.25, 0.5, 0.75, 1], "fixedrange": True},
    )  # fmt: skip
    return figure
