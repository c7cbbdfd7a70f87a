"""How good a model gets with more labels: what was measured, and where each family of curves says it goes on to."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from workbench.charts.amounts import count
from workbench.charts.theme import ACCENT, neutral_bar, outside_text, quiet, template

HEIGHT_PX = 280


def learning_curve_chart(
    points: pl.DataFrame, families: pl.DataFrame, *, now: int, more: int, measure: str = "AUROC", dark: bool = False
) -> go.Figure:
    """Measured points by number of labels, and for ``more`` labels the interval of each family.

    Args:
        points: labels, auroc; a row a model that was trained.
        families: family, low, middle, high: what is gained over ``now``.
        now: Labels there are.
        more: Labels that are asked about.
        measure: Name of the axis.
        dark: For the dark theme.
    """
    figure = go.Figure()
    means = points.group_by("labels").agg(pl.col("auroc").mean()).sort("labels")
    figure.add_scatter(
        x=means["labels"].to_list(), y=means["auroc"].to_list(), mode="lines",
        line={"color": neutral_bar(dark), "width": 1.5}, hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=points["labels"].to_list(), y=points["auroc"].to_list(), mode="markers",
        marker={"color": ACCENT, "size": 8}, hovertemplate="%{x} labels: %{y:.3f}<extra></extra>",
    )  # fmt: skip
    here = float(means.filter(pl.col("labels") == means["labels"].max())["auroc"][0])
    for place, row in enumerate(families.to_dicts()):
        figure.add_scatter(
            x=[(now + more) * 1.06**place], y=[here + row["middle"]], mode="markers",
            marker={"color": quiet(dark), "size": 7, "symbol": "circle-open"},
            error_y={"type": "data", "symmetric": False, "array": [row["high"] - row["middle"]],
                     "arrayminus": [row["middle"] - row["low"]], "thickness": 1.2, "width": 0, "color": quiet(dark)},
            hovertemplate=f"{outside_text(row['family'])}: %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=now, line={"width": 1, "color": quiet(dark), "dash": "dash"})
    figure.add_annotation(
        x=0, xref="paper", y=1, yref="paper", text="measured ●   read on, three families ○", showarrow=False,
        xanchor="left", yanchor="bottom", font={"color": quiet(dark), "size": 12},
    )  # fmt: skip
    ticks: list[int] = []
    for n in sorted({int(n) for n in means["labels"]} | {now + more}):
        if not ticks or n > 1.2 * ticks[-1]:  # closer ones would print over each other
            ticks.append(n)
    figure.update_layout(
        template=template(dark), height=HEIGHT_PX, margin={"l": 0, "r": 12, "t": 26, "b": 0},
        xaxis={"type": "log", "title": "labels learned from", "tickvals": ticks, "ticktext": [count(n) for n in ticks],
               "fixedrange": True, "tickangle": 0},
        yaxis={"title": measure, "tickformat": ".3f", "rangemode": "normal", "fixedrange": True},
    )  # fmt: skip
    return figure
