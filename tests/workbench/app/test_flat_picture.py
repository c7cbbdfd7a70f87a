"""The finished picture of a result, whatever sizes its spec delivers."""

from workbench.app.flat_picture import flat_picture


def row(*suffixes):
    return {"artefacts": [{"suffix": suffix} for suffix in suffixes]}


def test_the_largest_and_the_smallest_by_number_not_by_text():
    made = row("psd", "800.jpg", "2400.jpg", "1600.jpg", "cutout.png")
    assert flat_picture(made)["suffix"] == "2400.jpg"
    assert flat_picture(made, small=True)["suffix"] == "800.jpg"


def test_none_where_the_spec_delivers_none():
    assert flat_picture(row("cutout.png", "xjpg")) is None and flat_picture({"artefacts": None}) is None
