"""Measured values side by side: a dot a value with its interval, one line a name."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from workbench.charts.theme import ACCENT, neutral_bar, outside_text, quiet, template

ROW_PX, LETTER_PX = 28, 6.5


def dots_chart(
    rows: pl.DataFrame, *, title: str, accent: str, aim: float | None = None, dark: bool = False
) -> go.Figure:
    """Dots by name in the order they come, one kind of value in the accent.

    Args:
        rows: name, value (0 to 1), low, high (null where not known), of (what kind of value), n.
        title: Of the axis.
        accent: The kind that is talked about.
        aim: Where a line is drawn.
        dark: For the dark theme.
    """
    figure = go.Figure()
    names = list(dict.fromkeys(rows["name"].to_list()))
    for kind in rows["of"].unique(maintain_order=True):
        part, colour = rows.filter(pl.col("of") == kind), ACCENT if kind == accent else neutral_bar(dark)
        low, high = (part[end].fill_null(part["value"]) for end in ("low", "high"))
        shown = [outside_text(name.replace("_", " ")) for name in part["name"]]
        figure.add_scatter(
            x=part["value"].to_list(), y=shown, mode="markers",
            name=outside_text(kind), marker={"color": colour, "size": 9, "line": {"width": 0}},
            error_x={"type": "data", "symmetric": False, "thickness": 1.2, "width": 0, "color": colour,
                     "array": (high - part["value"]).to_list(), "arrayminus": (part["value"] - low).to_list()},
            customdata=part["n"].to_list(),
            hovertemplate="<b>%{y}</b>: %{x:.2f}, n = %{customdata}<extra>" + outside_text(kind) + "</extra>",
        )  # fmt: skip
    if aim is not None:
        figure.add_vline(
            x=aim, line={"width": 1, "color": quiet(dark), "dash": "dash"}, annotation_text=f"aim {aim:.2f}",
            annotation_font={"color": quiet(dark), "size": 12},
        )  # fmt: skip
    left = 16 + LETTER_PX * max(map(len, names), default=0)  # what the library measures cuts the first letter off
    figure.update_layout(
        template=template(dark), height=ROW_PX * max(len(names), 1) + 90, margin={"l": left, "r": 8, "t": 24, "b": 0},
        showlegend=rows["of"].n_unique() > 1, legend={"orientation": "h", "y": 1.12},
        xaxis={"title": title, "range": [0, 1.02], "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True, "automargin": True, "ticksuffix": "  "},
    )  # fmt: skip
    return figure
