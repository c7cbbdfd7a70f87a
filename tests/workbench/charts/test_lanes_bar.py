"""The bar of lanes: widths are the counts, the order is fixed, small parts keep their letter."""

from workbench.charts.lanes_bar import lanes_bar
from workbench.charts.theme import LANE_COLOURS


def test_widths_order_and_colours() -> None:
    figure = lanes_bar({"senior": 10, "auto": 60, "check": 30})
    assert [bar.name for bar in figure.data] == ["auto", "check", "senior"]
    assert [bar.x[0] for bar in figure.data] == [60, 30, 10]
    assert [bar.marker.color for bar in figure.data] == [LANE_COLOURS[bar.name] for bar in figure.data]
    assert tuple(figure.layout.xaxis.range) == (0, 100)


def test_labels_shrink_with_the_part_and_the_letter_stays() -> None:
    labels = {bar.name: bar.text for bar in lanes_bar({"auto": 85, "check": 10, "manual": 4, "senior": 1}).data}
    assert "auto" in labels["auto"] and "85.0%" in labels["auto"]
    assert "check" not in labels["check"] and "10.0%" in labels["check"]
    assert labels["manual"] == "<b>M</b>"
    assert labels["senior"] == ""


def test_few_images_are_counted_not_rated() -> None:
    few, many = lanes_bar({"auto": 20}, least_n=30).data, lanes_bar({"auto": 30}, least_n=30).data
    assert few[0].text.endswith("auto · 20")
    assert many[0].text.endswith("auto · 100.0%")


def test_hover_gives_numbers() -> None:
    (bar,) = lanes_bar({"auto": 1200}).data
    assert "1,200 of 1,200 images, 100.0%" in bar.hovertemplate


def test_nothing_is_an_empty_figure() -> None:
    assert len(lanes_bar({}).data) == 0
