from workbench.charts.cost_parts import PART_COLOURS, cost_parts
from workbench.operations.cost_model import PARTS


def test_bars_say_parts_totals_and_the_target():
    parts = {"compute": [0.1, 0.0], "labour": [0.2, 0.3], "escapes": [0.0, 0.0]}
    figure = cost_parts(["<b>x</b>", "y"], parts, approved=[10, 20], currency="EUR", target=0.6)
    assert [bar.name for bar in figure.data] == ["compute", "labour"], "a part that costs nothing has no bar"
    assert list(figure.data[0].x) == ["&lt;b&gt;x&lt;/b&gt;", "y"]
    assert figure.data[1].customdata[1][1] == "€0.30" and figure.data[1].customdata[1][2] == "20"
    texts = [note.text for note in figure.layout.annotations]
    assert texts[:2] == ["€0.30", "€0.30"] and "target €0.60" in texts
    assert figure.layout.yaxis.range[0] == 0 and figure.layout.yaxis.range[1] > 0.6


def test_every_part_has_a_colour():
    assert set(PART_COLOURS) == set(PARTS)
