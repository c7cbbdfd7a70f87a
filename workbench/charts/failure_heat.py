"""What fails where: categories by failure modes, a darker field for more; each field's number leads to its images."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import plotly.graph_objects as go
import polars as pl

from workbench.charts.amounts import NO_DATA, count, percent
from workbench.charts.theme import outside_text, quiet, template

ROW_PX = 30
MEASURES = {"images": "Images", "share": "Rate", "minutes": "Minutes"}
_SCALE = {
    False: [[0.0, "#FFFFFF"], [0.01, "#FBF1EE"], [1.0, "#E07A5F"]],
    True: [[0.0, "#242424"], [0.01, "#333333"], [1.0, "#C0654D"]],
}
_INK = {False: "#1F2328", True: "#E6E6E6"}


def failure_heat(
    cells: pl.DataFrame, measure: str, *, address: Callable[[str, str], str],
    chosen: tuple[str | None, str | None] = (None, None), dark: bool = False,
) -> go.Figure:  # fmt: skip
    """The heat map.

    Args:
        cells: Rows of ``failure_mode_cells.sql``.
        measure: ``images``, ``share`` or ``minutes``.
        address: Category and mode -> where a click leads.
        chosen: The field that is open.
        dark: For the dark theme.
    """
    told = cells.drop_nulls("mode")
    modes = told.group_by("mode").agg(pl.col("images").sum()).sort("images", "mode", descending=[True, False])["mode"]
    judged = dict(cells.select("category", "judged").unique().iter_rows())
    categories = sorted(judged)
    found: Mapping[tuple[str, str], dict] = {(row["category"], row["mode"]): row for row in told.to_dicts()}
    values = [[(found.get((c, m)) or {}).get(measure) or 0.0 for m in modes] for c in categories]
    figure = go.Figure(
        go.Heatmap(
            z=values, x=[_word(m) for m in modes], y=[_word(c) for c in categories], colorscale=_SCALE[dark], zmin=0,
            showscale=False, xgap=2, ygap=2, customdata=[[_hover(found.get((c, m)), judged[c]) for m in modes]
                                                         for c in categories],
            hovertemplate="<b>%{y}, %{x}</b><br>%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    for c in categories:
        for m in modes:
            if row := found.get((c, m)):
                words = f'<a href="{address(c, m)}" target="_self" style="color:{_INK[dark]}">{_told(row, measure)}</a>'
                if (c, m) == tuple(chosen):
                    words = f"<b>{words}</b>"
                figure.add_annotation(
                    x=_word(m), y=_word(c), text=words, showarrow=False, font={"size": 12, "color": _INK[dark]}
                )
    figure.update_layout(
        template=template(dark), height=ROW_PX * max(len(categories), 1) + 84, margin={"l": 0, "r": 0, "t": 4, "b": 0},
        xaxis={"side": "top", "fixedrange": True, "type": "category", "tickmode": "array",
               "tickvals": [_word(m) for m in modes], "ticktext": [_word(m).replace(" ", "<br>") for m in modes],
               "autotickangles": [0, -35]},
        yaxis={"autorange": "reversed", "fixedrange": True, "showgrid": False, "type": "category", "ticksuffix": "  "},
    )  # fmt: skip
    figure.update_xaxes(tickfont={"color": quiet(dark), "size": 12})
    return figure


def _told(row: Mapping, measure: str) -> str:
    if measure == "share":
        return percent(row["share"])
    return count(row["images"]) if measure == "images" else count(round(row["minutes"] or 0))


def _hover(row: Mapping | None, judged: int) -> str:
    if row is None:
        return f"none of {count(judged)} judged images"
    minutes = NO_DATA if row["minutes"] is None else f"{row['minutes']:.0f} min of rework"
    span = f"{percent(row['low'])} – {percent(row['high'])}"
    return f"{count(row['images'])} of {count(judged)} judged images, {percent(row['share'])} ({span})<br>{minutes}"


def _word(text: str) -> str:
    return outside_text(text.replace("_", " "))
