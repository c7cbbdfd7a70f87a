from datetime import date

from workbench.charts.amounts import percent
from workbench.charts.theme import SIMULATED_COLOUR
from workbench.charts.trend import Mark, trend
from workbench.charts.trend_svg import trend_svg

WEEKS = [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)]


def test_a_line_with_its_band_target_and_marks():
    figure = trend(
        WEEKS, [0.1, None, 0.2], words=percent, low=[0.05, None, 0.1], high=[0.2, None, 0.3], n=[10, None, 40],
        target=0.08, marks={WEEKS[2]: Mark(label="second@2 <b>", words=("by <i>", "because"))}, simulated=True,
    )  # fmt: skip
    band, line = figure.data
    assert len(band.x) == 4, "weeks without a figure are not in the band"
    assert line.line.color == SIMULATED_COLOUR and line.connectgaps is False
    assert line.customdata[0][0] == "10.0%" and "n = 10" in line.customdata[0][1]
    assert "5.0% – 20.0%" in line.customdata[0][2]
    texts = [note.text for note in figure.layout.annotations]
    assert "target 8.0%" in texts and "second@2 &lt;b&gt;" in texts
    assert figure.layout.yaxis.range[0] == 0
    told = next(note for note in figure.layout.annotations if note.hovertext)
    assert told.hovertext == "by &lt;i&gt;<br>because" and told.captureevents


def test_a_mark_can_lead_to_another_page():
    shown = Mark(label="first@2 <b>", page="policies", query={"policy": "first@2"}).shown()
    assert shown == '<a href="policies?policy=first@2" target="_self">first@2 &lt;b&gt;</a>'


def test_a_line_without_intervals_and_of_zeros_can_be_drawn():
    assert len(trend(WEEKS, [0.0, 0.0, 0.0], words=percent).data) == 1


def test_a_line_in_one_file():
    text = trend_svg(["2 Mar", "<b>", "16 Mar"], [0.1, None, 0.2], words=percent, target=0.08)
    assert text.startswith("<svg") and "20.0%" in text and "target 8.0%" in text and "<b>" not in text
    assert text.count("<circle") == 2
    assert trend_svg(["2 Mar"], [0.1], words=percent) == ""
