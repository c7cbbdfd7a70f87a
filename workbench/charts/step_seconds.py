"""Where the time goes: the seconds of each step, in the order they run."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from workbench.charts.amounts import count, duration
from workbench.charts.theme import neutral_bar, outside_text, quiet, template

ROW_PX = 20


def step_seconds(
    names: Sequence[str],
    seconds: Sequence[float],
    *,
    images: Sequence[int] | None = None,
    failed: Sequence[bool] | None = None,
    dark: bool = False,
) -> go.Figure:
    """One bar a step, the first on top, the time at its end.

    Args:
        names: Step names in running order.
        seconds: Seconds of each (of one image, or the median of many).
        images: How many images each median rests on; shown on hover.
        failed: Steps that ended in an error; drawn in the colour of a rejection.
        dark: For the dark theme.
    """
    labels = [outside_text(name.replace("_", " ")) for name in names]
    colours = ["#C0392B" if failed and failed[i] else neutral_bar(dark) for i in range(len(names))]
    notes = [f"<br>median of {count(n)} images" for n in images] if images else [""] * len(names)
    most = max(seconds, default=0.0)
    figure = go.Figure(
        go.Bar(
            x=list(seconds),
            y=labels,
            orientation="h",
            marker={"color": colours, "line": {"width": 0}},
            text=[duration(s) for s in seconds],
            textposition="outside",
            textfont={"color": quiet(dark), "size": 12},
            cliponaxis=False,
            customdata=[[duration(s), note] for s, note in zip(seconds, notes, strict=True)],
            hovertemplate="<b>%{y}</b>: %{customdata[0]}%{customdata[1]}<extra></extra>",
        )
    )
    figure.update_layout(
        template=template(dark),
        height=ROW_PX * max(len(names), 1) + 12,
        margin={"l": 0, "r": 8, "t": 4, "b": 4},
        bargap=0.4,
        xaxis={"visible": False, "range": [0, most * 1.22 or 1], "fixedrange": True},
        yaxis={"autorange": "reversed", "showgrid": False, "fixedrange": True, "ticksuffix": "  "},
    )
    return figure
