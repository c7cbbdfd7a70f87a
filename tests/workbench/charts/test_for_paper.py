"""A figure that is taken away: light, on white, with its heading, whatever the theme on screen."""

import json

import plotly.graph_objects as go

from workbench.charts.for_paper import LINE, for_paper
from workbench.charts.step_seconds import step_seconds


def test_a_dark_figure_becomes_the_light_one():
    names, seconds = ["load", "segment"], [0.1, 0.4]
    light, dark = (for_paper(step_seconds(names, seconds, dark=d), title="Steps", note="n = 2") for d in (False, True))
    assert light == dark
    assert light["layout"]["paper_bgcolor"] == light["layout"]["plot_bgcolor"] == "#FFFFFF"
    assert go.Figure(light).data[0].orientation == "h", "Plotly reads it"


def test_the_heading_has_room_and_is_text():
    figure = step_seconds(["a"], [1.0])
    before = json.loads(figure.to_json())
    plain = for_paper(figure, title="<i>T</i>")["layout"]
    noted = for_paper(figure, title="T", note="word " * LINE)["layout"]
    assert "&lt;i&gt;T" in plain["title"]["text"]
    lines = noted["title"]["text"].count("<br>")
    assert lines > 3, "a long note goes on in the next line"
    assert noted["margin"]["t"] - plain["margin"]["t"] == noted["height"] - plain["height"] > 15 * lines
    assert plain["height"] > before["layout"]["height"]
    assert json.loads(figure.to_json()) == before, "the figure on screen stays as it was"
