"""The heat map: a field a pair, its number a link, categories without failures shown, names from outside escaped."""

import polars as pl

from workbench.charts.failure_heat import failure_heat

CELLS = pl.DataFrame(
    [
        {"category": "sheer", "mode": "halo", "images": 8, "judged": 20, "share": 0.4, "low": 0.2, "high": 0.6, "minutes": 31.0},
        {"category": "sheer", "mode": "<b>x</b>", "images": 1, "judged": 20, "share": 0.05, "low": 0, "high": 0.2, "minutes": 2.0},
        {"category": "packaged", "mode": None, "images": 0, "judged": 9, "share": None, "low": None, "high": None, "minutes": None},
    ]
)


def address(category, mode):
    return f"here?at={category}&mode={len(mode)}"


def test_fields_numbers_and_links():
    figure = failure_heat(CELLS, "images", address=address, chosen=("sheer", "halo"))
    (heat,) = figure.data
    assert list(heat.y) == ["packaged", "sheer"] and list(heat.x) == ["halo", "&lt;b&gt;x&lt;/b&gt;"]
    assert [list(row) for row in heat.z] == [[0, 0], [8, 1]]
    texts = [one.text for one in figure.layout.annotations]
    assert texts[0].startswith('<b><a href="here?at=sheer&mode=4"') and ">8</a>" in texts[0] and len(texts) == 2
    assert "8 of 20 judged images, 40.0%" in heat.customdata[1][0] and "none of 9" in heat.customdata[0][0]


def test_rates_and_minutes():
    assert ">40.0%<" in failure_heat(CELLS, "share", address=address).layout.annotations[0].text
    assert ">31<" in failure_heat(CELLS, "minutes", address=address).layout.annotations[0].text
