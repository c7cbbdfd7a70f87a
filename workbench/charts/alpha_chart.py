"""How grey a cutout is against how grey it should be: grey that is right, grey that is doubt, grey that is missing."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from workbench.charts.amounts import percent
from workbench.charts.theme import ACCENT, neutral_bar, outside_text, quiet, template

HEIGHT_PX = 360


def alpha_chart(rows: pl.DataFrame, *, category: str, dark: bool = False) -> go.Figure:
    """One dot a photo, one category in the accent, beside the line on which found and true agree.

    Args:
        rows: image_id, category, half, true_half, off; one row a photo.
        category: The one that is talked about.
        dark: For the dark theme.
    """
    figure = go.Figure()
    top = 1.05 * max([*rows["half"], *rows["true_half"], 0.1])
    figure.add_scatter(
        x=[0, top], y=[0, top], mode="lines", line={"color": quiet(dark), "width": 1, "dash": "dash"}, hoverinfo="skip"
    )
    for mine, colour, size in ((False, neutral_bar(dark), 7), (True, ACCENT, 9)):
        here = rows.filter((pl.col("category") == category) == mine)
        figure.add_scatter(
            x=here["true_half"].to_list(), y=here["half"].to_list(), mode="markers",
            marker={"color": colour, "size": size, "opacity": 0.95 if mine else 0.7, "line": {"width": 0}},
            customdata=[
                [outside_text(i), outside_text(c), percent(h), percent(t), percent(o)]
                for i, c, h, t, o in here.select("image_id", "category", "half", "true_half", "off").iter_rows()
            ],
            hovertemplate="<b>%{customdata[0]}</b>, %{customdata[1]}<br>%{customdata[2]} half transparent, in truth "
            "%{customdata[3]}<br>opacity off by %{customdata[4]}<extra></extra>",
        )  # fmt: skip
    shown = outside_text(category.replace("_", " "))
    for x, y, words, anchor in (
        (0.02 * top, 0.97 * top, "grey where nothing is see-through: doubt", "left"),
        (0.99 * top, 0.4 * top, "see-through, cut out as solid", "right"),
    ):
        figure.add_annotation(
            x=x, y=y, text=words, showarrow=False, xanchor=anchor, font={"color": quiet(dark), "size": 12}
        )
    figure.add_annotation(
        x=1, y=1, xref="paper", yref="paper", xanchor="right", yanchor="bottom", showarrow=False,
        text=f"<b>{shown}</b> · <span style='color:{quiet(dark)}'>other categories</span>",
        font={"color": ACCENT, "size": 12},
    )  # fmt: skip
    figure.update_layout(
        template=template(dark), height=HEIGHT_PX, margin={"l": 0, "r": 8, "t": 24, "b": 0},
        xaxis={"title": "half transparent in truth", "tickformat": ".0%", "range": [0, top], "fixedrange": True},
        yaxis={"title": "half transparent as cut out", "tickformat": ".0%", "range": [0, top], "fixedrange": True},
    )  # fmt: skip
    return figure
