"""The charts the notebooks show."""

from datetime import date

import polars as pl

from workbench.charts.alpha_chart import alpha_chart
from workbench.charts.cost_bars import bar_label, cost_bars
from workbench.charts.levers_chart import levers_chart
from workbench.charts.markdown_table import markdown_table
from workbench.charts.more_audits_chart import more_audits_chart
from workbench.charts.promise_chart import promise_chart
from workbench.charts.theme import ACCENT, VERDICT_COLOURS


def notes(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_broken_promises_are_counted_of_all_samples():
    trials = pl.DataFrame(
        {
            "rule": ["naive", "naive", "certified", "certified"], "true_share": [0.04, 0.07, 0.02, None],
            "sample_share": [0.04, 0.05, 0.01, None], "goes_out": [0.5, 0.6, 0.2, 0.0],
            "kept": [True, False, True, True],
        }
    )  # fmt: skip
    figure = promise_chart(trials, target=0.05)
    naive, certified = figure.data
    assert list(naive.marker.color) == [VERDICT_COLOURS["approved"], VERDICT_COLOURS["rejected"]]
    assert list(naive.y) == [0.04, 0.07] and len(certified.y) == 1
    said = " ".join(notes(figure))
    assert "<b>1 of 2</b> break" in said and "<b>0 of 2</b> break" in said and "promise 5.0%" in said


def test_the_strongest_lever_is_on_top_and_too_little_is_called_so():
    figure = levers_chart(["a <b>", "b", "c"], [0.02, -0.4, -0.0001], currency="EUR")
    assert list(figure.data[0].y) == ["b", "a &lt;b&gt;", "c"]
    assert list(figure.data[0].text) == ["-€0.40", "+€0.02", "under €0.01"]


def test_more_audits_with_their_band():
    found = pl.DataFrame(
        {"more": [0, 100], "proved": [0.5, 1.0], "goes_out": [0.0, 0.5], "goes_out_low": [0.0, 0.4],
         "goes_out_high": [0.0, 0.6]}
    )  # fmt: skip
    band, _proved, line = more_audits_chart(found).data
    assert list(band.y) == [0.0, 0.6, 0.4, 0.0] and list(line.y) == [0.0, 0.5]
    assert "may go out untouched" in notes(more_audits_chart(found))


def test_one_category_stands_out_and_names_are_text():
    rows = pl.DataFrame(
        {"image_id": ["<i>", "b"], "category": ["sheer", "packaged"], "half": [0.1, 0.4], "true_half": [0.6, 0.0],
         "off": [0.3, 0.1]}
    )  # fmt: skip
    _line, _others, mine = alpha_chart(rows, category="sheer").data
    assert mine.marker.color == ACCENT and list(mine.x) == [0.6] and mine.customdata[0][0] == "&lt;i&gt;"
    assert alpha_chart(rows.clear(), category="sheer").data, "no photo is no error"


def test_bars_from_a_table():
    rows = pl.DataFrame({"week": [date(2026, 3, 2)], "labour": [0.2], "qa": [0.0], "approved": [7]})
    figure = cost_bars(rows, "week", parts=("labour", "qa"), currency="EUR")
    assert [bar.name for bar in figure.data] == ["labour"] and list(figure.data[0].x) == ["2 Mar"]
    assert (bar_label(None, "lane"), bar_label("hair_beauty", "category")) == ("no lane", "hair beauty")


def test_a_table_as_people_read_it():
    rows = pl.DataFrame({"what": ["a|b", None], "share": [0.123, None], "per_image": [0.5, 0.25], "n": [1234, 5]})
    assert markdown_table(rows, shares=("share",), amounts=("per_image",)).splitlines() == [
        "| what | share | per image | n |", "| :--- | ---: | ---: | ---: |", "| a\\|b | 12.3% | €0.50 | 1,234 |",
        "| – | – | €0.25 | 5 |",
    ]  # fmt: skip
