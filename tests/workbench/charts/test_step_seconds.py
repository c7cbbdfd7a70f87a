"""Bars of steps: in running order, times at their ends, errors in the colour of a rejection."""

from workbench.charts.step_seconds import step_seconds
from workbench.charts.theme import VERDICT_COLOURS


def test_order_values_and_labels() -> None:
    figure = step_seconds(["load_image", "refine_matte"], [0.05, 1.26], images=[3, 3])
    (bars,) = figure.data
    assert list(bars.x) == [0.05, 1.26]
    assert list(bars.y) == ["load image", "refine matte"]
    assert list(bars.text) == ["50 ms", "1.3 s"]
    assert figure.layout.yaxis.autorange == "reversed", "the first step is on top"
    assert figure.layout.xaxis.range[0] == 0
    assert "median of 3 images" in bars.customdata[0][1]


def test_a_failed_step_is_marked() -> None:
    (bars,) = step_seconds(["a", "b"], [1, 2], failed=[False, True]).data
    assert bars.marker.color[1] == VERDICT_COLOURS["rejected"] != bars.marker.color[0]


def test_names_are_escaped() -> None:
    (bars,) = step_seconds(["<b>"], [1]).data
    assert list(bars.y) == ["&lt;b&gt;"]


def test_no_steps_make_an_empty_figure() -> None:
    assert list(step_seconds([], []).data[0].x) == []
