"""Facts in words: units from names, records from prefixes."""

from workbench.app.facts_panel import fact_name, fact_text, grouped


def test_attributes_are_grouped_by_record() -> None:
    found = grouped({"matte.unknown_share": 0.1, "source.format": "JPEG", "matte.band_confidence": 0.9, "seed": 1})
    assert found == {
        "matte": {"unknown_share": 0.1, "band_confidence": 0.9}, "source": {"format": "JPEG"}, "image": {"seed": 1},
    }  # fmt: skip


def test_units_come_from_the_name() -> None:
    assert (fact_name("edge_width_px"), fact_text("edge_width_px", 1.234)) == ("edge width", "1.23 px")
    assert (fact_name("tilt_deg"), fact_text("tilt_deg", -1.5)) == ("tilt", "-1.5 °")
    assert fact_name("deg") == "deg"


def test_absence_and_truth_are_words() -> None:
    assert fact_text("icc", None) == "not known"
    assert fact_text("converted", True) == "yes"
    assert fact_text("converted", False) == "no"
    assert fact_text("zero", 0) == "0"
