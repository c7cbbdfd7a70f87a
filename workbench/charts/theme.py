"""The fixed colours, and the one Plotly template every chart uses (light, or dark for those who work in the dark)."""

from __future__ import annotations

import html
from functools import cache

import plotly.graph_objects as go

from workbench.domain.records import Lane, Verdict

# Colour-blind-safe, the same everywhere; a letter stands beside each so that colour is never alone.
LANE_COLOURS: dict[Lane, str] = {"auto": "#2A9D8F", "check": "#E9B44C", "manual": "#E07A5F", "senior": "#6D597A"}
LANE_LETTERS: dict[Lane, str] = {"auto": "A", "check": "C", "manual": "M", "senior": "S"}
# ink that keeps a contrast of at least 4.5 on the lane's colour
LANE_INKS: dict[Lane, str] = {"auto": "#1F2328", "check": "#1F2328", "manual": "#1F2328", "senior": "#FFFFFF"}
VERDICT_COLOURS: dict[Verdict, str] = {"approved": "#2A9D8F", "rework": "#E9B44C", "rejected": "#C0392B"}
SIMULATED_COLOUR = "#7B5EA7"
ACCENT = "#2F6FDE"  # what can be clicked

FONT = '"Source Sans", sans-serif'  # the face Streamlit ships
_INK = {False: "#1F2328", True: "#E6E6E6"}
_QUIET = {False: "#6B7075", True: "#A0A0A0"}
_GRID = {False: "#ECECEA", True: "#333333"}
_PANEL = {False: "#FFFFFF", True: "#242424"}
_BAR = {False: "#B9BDC2", True: "#6A6D70"}


@cache
def template(dark: bool = False) -> go.layout.Template:
    """White ground, no box, a light horizontal grid, no legend, a zero-based axis for amounts.

    Args:
        dark: For the dark theme.
    """
    axis = {
        "showline": False,
        "zeroline": False,
        "ticks": "",
        "gridcolor": _GRID[dark],
        "tickfont": {"color": _QUIET[dark], "size": 12},
        "title": {"font": {"color": _QUIET[dark], "size": 12}, "standoff": 8},
        "automargin": True,
    }
    layout = go.Layout(
        font={"family": FONT, "size": 13, "color": _INK[dark]},
        paper_bgcolor=_PANEL[dark],
        plot_bgcolor=_PANEL[dark],
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        xaxis={**axis, "showgrid": False},
        yaxis={**axis, "showgrid": True, "rangemode": "tozero"},
        colorway=[ACCENT, "#8A8F94", "#2A9D8F", "#E07A5F"],
        showlegend=False,
        bargap=0.35,
        hoverlabel={
            "bgcolor": _PANEL[dark],
            "bordercolor": _GRID[dark],
            "font": {"family": FONT, "size": 12, "color": _INK[dark]},
            "align": "left",
        },
        hovermode="closest",
        dragmode=False,
    )
    return go.layout.Template(layout=layout)


def quiet(dark: bool = False) -> str:
    """Colour of text that explains."""
    return _QUIET[dark]


def neutral_bar(dark: bool = False) -> str:
    """Colour of a bar that is an amount and nothing else."""
    return _BAR[dark]


def to_light(text: str) -> str:
    """A text with this theme's dark colours, such as a figure's JSON, in its light ones."""
    for pair in (_INK, _QUIET, _GRID, _PANEL, _BAR):
        text = text.replace(pair[True], pair[False])
    return text


def outside_text(text: object) -> str:
    """Text from outside (SKU, brand, file name, label) for a chart: Plotly reads a little HTML, so it is escaped."""
    return html.escape(str(text), quote=True)
