"""How many images wait, hour by hour: one line a queue, with the band in which nine of ten days lie."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from workbench.charts.amounts import count
from workbench.charts.theme import LANE_COLOURS, quiet, template

HEIGHT_PX = 300
ENGINE_COLOUR = "#8A8F94"
BAND_OPACITY = 0.16
LABEL_AT = (1.0, 0.95, 0.6, 0.3, 0.1)  # of the peak; one a queue
LATE = 0.85  # of the width; a label to the right of it would not fit
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def queue_depth(depth: pl.DataFrame, *, shifts_h: Sequence[tuple[float, float]] = (), dark: bool = False) -> go.Figure:
    """Queues over time; nights are left white, shifts lie on a soft ground.

    Args:
        depth: at_h (since Monday midnight), queue, waiting, low, high; one row a moment and queue.
        shifts_h: When people work, in the same hours.
        dark: For the dark theme.
    """
    figure = go.Figure()
    busy = depth.filter(pl.col("high") > 0)
    begin = max(0.0, (busy["at_h"].min() or 9.0) - 0.5) if busy.height else 8.5
    end = (busy["at_h"].max() + 1.0) if busy.height else 18.0
    shown = depth.filter(pl.col("at_h").is_between(begin, end))
    names = [name for name in depth["queue"].unique(maintain_order=True) if busy.filter(queue=name).height]
    for place, name in enumerate(names):
        rows = shown.filter(queue=name).sort("at_h")
        colour = LANE_COLOURS.get(name, ENGINE_COLOUR)
        at = rows["at_h"].to_list()
        label = "waits for the engine" if name == "engine" else f"waits in {name}"
        figure.add_scatter(
            x=at + at[::-1], y=rows["high"].to_list() + rows["low"].to_list()[::-1], fill="toself", mode="lines",
            line={"width": 0}, fillcolor=colour, opacity=BAND_OPACITY, hoverinfo="skip",
        )  # fmt: skip
        figure.add_scatter(
            x=at, y=rows["waiting"].to_list(), mode="lines", line={"color": colour, "width": 2},
            customdata=[
                (clock(h), count(w), count(low), count(high))
                for h, w, low, high in rows.select("at_h", "waiting", "low", "high").iter_rows()
            ],
            hovertemplate=f"<b>%{{customdata[1]}}</b> {label}, %{{customdata[0]}}<br>"
            "9 of 10 days: %{customdata[2]} to %{customdata[3]}<extra></extra>",
        )  # fmt: skip
        top = _label_at(rows, LABEL_AT[place % len(LABEL_AT)])
        figure.add_annotation(
            x=top["at_h"], y=top["waiting"], text=name, showarrow=False, yshift=11,
            xanchor="right" if top["at_h"] > begin + LATE * (end - begin) else "left",
            font={"color": colour, "size": 12},
        )  # fmt: skip
    for from_h, to_h in shifts_h:
        if to_h > begin and from_h < end:
            figure.add_vrect(
                x0=max(from_h, begin), x1=min(to_h, end), fillcolor=quiet(dark), opacity=0.06, line_width=0,
                layer="below",
            )  # fmt: skip
    step = next(step for step in (1, 2, 3, 6, 12, 24, 48) if (end - begin) / step <= 12)
    ticks = [h for h in range(int(begin // step * step), int(end) + 1, step) if h >= begin]
    figure.update_layout(
        template=template(dark), height=HEIGHT_PX, margin={"l": 0, "r": 8, "t": 16, "b": 0}, hovermode="closest",
        xaxis={"range": [begin, end], "tickvals": ticks, "ticktext": [clock(h) for h in ticks], "fixedrange": True},
        yaxis={"title": {"text": "images waiting"}, "tickformat": ",", "fixedrange": True},
    )  # fmt: skip
    return figure


def _label_at(rows: pl.DataFrame, share: float) -> dict[str, float]:
    """The moment after its peak at which a queue has fallen to a share of it; labels of near lines stay apart."""
    most = rows["waiting"].max()
    peak = rows.filter(pl.col("waiting") == most)["at_h"][0]
    after = rows.filter((pl.col("at_h") >= peak) & (pl.col("waiting") <= most * share + 1e-9))
    return (after if after.height else rows).row(0, named=True)


def clock(hours: float | None) -> str:
    """Hours since Monday midnight as ``Mon 09:30``; a dash for None."""
    if hours is None:
        return "–"
    minutes = round(hours * 60)
    return f"{DAYS[minutes // 1440 % 7]} {minutes // 60 % 24:02d}:{minutes % 60:02d}"
