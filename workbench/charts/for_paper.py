"""Makes a figure ready to be taken away as a picture: on white whatever the theme, with its title and its ground."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from workbench.charts.theme import outside_text, quiet, template, to_light

SCRIPT = Path(__file__).with_name("paper_picture.js")  # draws it in a browser
EDGE_PX, TITLE_PX, LINE_PX = 18, 38, 17
HEIGHT_PX = 360  # of a figure that says nothing of its height
LINE = 96  # characters of 12 px that fit the narrowest picture


def for_paper(figure: go.Figure, *, title: str, note: str = "") -> dict[str, Any]:
    """The figure as Plotly's JSON, light, with a heading inside; the figure itself stays as it is.

    Args:
        figure: As a page shows it, light or dark.
        title: What is seen; becomes the heading.
        note: Quiet lines under it, such as set, period and n; empty for none.
    """
    made = json.loads(to_light(figure.to_json()))
    layout = made["layout"]
    layout["template"] = json.loads(go.Figure(layout={"template": template()}).to_json())["layout"]["template"]
    lines = textwrap.wrap(note, LINE)
    head = TITLE_PX + LINE_PX * len(lines)
    margin = layout.get("margin", {})
    around = {"t": head, "b": EDGE_PX, "l": EDGE_PX, "r": EDGE_PX}
    layout["margin"] = {**margin, **{side: (margin.get(side) or 0) + extra for side, extra in around.items()}}
    layout["height"] = height = layout.get("height", HEIGHT_PX) + head + EDGE_PX
    small = "".join(f'<br><span style="font-size:12px;color:{quiet()}">{outside_text(line)}</span>' for line in lines)
    layout["title"] = {
        "text": f"<b>{outside_text(title)}</b>{small}", "font": {"size": 15}, "x": 0, "xref": "container",
        "xanchor": "left", "pad": {"l": EDGE_PX}, "y": 1 - 14 / height, "yref": "container", "yanchor": "top",
    }  # fmt: skip
    layout["paper_bgcolor"] = layout["plot_bgcolor"] = "#FFFFFF"
    return made


def plotly_script() -> Path:
    """The drawing library as it came with the package: nothing is fetched from anywhere."""
    import plotly

    return Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def face() -> Path:
    """The font file of `theme.FONT`, as Streamlit ships it; only the file is used."""
    from importlib.util import find_spec

    shipped = Path(find_spec("streamlit").origin).parent / "static" / "static" / "media"
    return next(shipped.glob("SourceSansVF-Upright*.woff2"))
