"""How a figure goes week by week: a line, its interval as a soft band, the target, and where a policy changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote

import plotly.graph_objects as go

from workbench.charts.amounts import NO_DATA, count
from workbench.charts.theme import ACCENT, SIMULATED_COLOUR, outside_text, quiet, template

HEIGHT_PX = 210
_BAND = {ACCENT: "rgba(47,111,222,0.14)", SIMULATED_COLOUR: "rgba(123,94,167,0.16)"}
BAND_RANGE = 1.6  # the axis ends at so many times the highest value: a week of three images must not flatten the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that changed in a week: a short label, what is told on hover line by line, and where a click leads."""

    label: str
    words: Sequence[str] = ()
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    def shown(self) -> str:
        """The label as Plotly reads it."""
        if not self.page:
            return outside_text(self.label)
        asked = "&".join(f"{quote(name)}={quote(value, safe='@')}" for name, value in self.query.items())
        address = f"{self.page}?{asked}" if asked else self.page
        return f'<a href="{address}" target="_self">{outside_text(self.label)}</a>'


def trend(
    weeks: Sequence[date],
    values: Sequence[float | None],
    *,
    words: Callable[[float | None], str],
    low: Sequence[float | None] = (),
    high: Sequence[float | None] = (),
    n: Sequence[int | None] = (),
    target: float | None = None,
    marks: Mapping[date, Mark] | None = None,
    simulated: bool = False,
    dark: bool = False,
) -> go.Figure:
    """One line.

    Args:
        weeks: Mondays, oldest first.
        values: The figure of each week; None leaves a gap.
        words: A value as people read it.
        low: Lower ends of the intervals, none without.
        high: Upper ends.
        n: What each week rests on, shown on hover.
        target: A dashed line with its value.
        marks: Week -> what changed in it, such as a policy.
        simulated: Drawn in the colour of simulated data.
        dark: For the dark theme.
    """
    colour = SIMULATED_COLOUR if simulated else ACCENT
    figure = go.Figure()
    told = [v for v in values if v is not None]
    if low and high:
        there = [i for i, v in enumerate(values) if v is not None and low[i] is not None and high[i] is not None]
        if there:
            xs = [weeks[i] for i in there]
            figure.add_scatter(
                x=[*xs, *reversed(xs)], y=[*(high[i] for i in there), *(low[i] for i in reversed(there))], mode="none",
                fill="toself", fillcolor=_BAND[colour], hoverinfo="skip",
            )  # fmt: skip
    numbers = [f"<br>n = {count(k)}" if k is not None else "" for k in n] or [""] * len(values)
    spans = [
        f"<br>95% interval {words(a)} – {words(b)}" if a is not None and b is not None else ""
        for a, b in zip(low, high, strict=True)
    ] or [""] * len(values)
    figure.add_scatter(
        x=list(weeks), y=list(values), mode="lines+markers", line={"color": colour, "width": 2},
        marker={"size": 5, "color": colour}, connectgaps=False,
        customdata=[
            [words(v) if v is not None else NO_DATA, a, b] for v, a, b in zip(values, numbers, spans, strict=True)
        ],
        hovertemplate="week of %{x|%-d %b %Y}<br><b>%{customdata[0]}</b>%{customdata[1]}%{customdata[2]}"
        "<extra></extra>",
    )  # fmt: skip
    if target is not None:
        figure.add_hline(
            y=target, line={"dash": "dash", "width": 1, "color": quiet(dark)},
            annotation={
                "text": f"target {words(target)}", "font": {"size": 12, "color": quiet(dark)}, "xanchor": "right",
                "yanchor": "bottom",
            },
        )  # fmt: skip
    for week, what in (marks or {}).items():
        figure.add_vline(x=week, line={"dash": "dot", "width": 1, "color": quiet(dark)})
        figure.add_annotation(
            x=week, y=1, yref="paper", text=what.shown(), showarrow=False, xanchor="left", xshift=3, yanchor="top",
            font={"size": 11, "color": quiet(dark)}, hovertext="<br>".join(map(outside_text, what.words)) or None,
            captureevents=bool(what.words),
        )  # fmt: skip
    top = BAND_RANGE * max([*told, target or 0.0], default=1.0) or 1.0
    figure.update_layout(
        template=template(dark), height=HEIGHT_PX, margin={"l": 0, "r": 8, "t": 6, "b": 0},
        xaxis={"fixedrange": True, "type": "date", "tickformat": "%-d %b", "nticks": 8},
        yaxis={
            "fixedrange": True, "nticks": 4, "range": [0, top], "tickvals": (ticks := _ticks(top)),
            "ticktext": [words(tick) for tick in ticks],
        },
    )  # fmt: skip
    return figure


def _ticks(top: float) -> list[float]:
    """Three or four round values from 0 to below the top."""
    import math

    step = 10 ** math.floor(math.log10(top / 2))
    step = next(s * step for s in (1, 2, 2.5, 5, 10) if top / (s * step) < 4.5)
    return [k * step for k in range(int(top / step) + 1)]
