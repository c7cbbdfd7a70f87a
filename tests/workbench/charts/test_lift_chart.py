from workbench.charts.lift_chart import WIDEST, lift_chart
from workbench.charts.theme import ACCENT, neutral_bar


def test_what_chance_could_have_made_is_grey():
    figure = lift_chart(["a", "b"], [0.2, 0.1], [0.1, -0.2], [0.3, 9.0])
    first, second, points = figure.data
    assert (first.line.color, second.line.color) == (ACCENT, neutral_bar())
    assert list(points.text) == ["+20.0%", "+10.0%"]
    assert max(second.x) == WIDEST and figure.layout.xaxis.range[1] <= WIDEST * 1.15
