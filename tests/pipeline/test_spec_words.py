"""A spec in words, and how two differ."""

import pytest

from pipeline.spec import load_spec, parse_spec, shipped_specs
from pipeline.spec_words import JUDGED_WITHOUT, changes_in_words, spec_in_words, value_words


def edited(spec, old, new):
    assert old in spec.text
    return parse_spec(spec.text.replace(old, new, 1), where="edited.toml")


@pytest.mark.parametrize("name", shipped_specs())
def test_every_unit_of_a_shipped_spec_has_a_sentence(name):
    words = spec_in_words(load_spec(name))
    for unit in (*words.steps, *words.checks, *words.files):
        assert unit.sentence.endswith("."), f"{unit.name} says {unit.sentence!r}"
    assert all(unit.flags and unit.limit for unit in words.checks)


def test_only_the_parameters_that_the_text_names_are_named():
    steps = {unit.name: unit for unit in spec_in_words(load_spec("marketplace_white")).steps}
    assert [(p.name, p.value) for p in steps["crop_to_subject"].params if p.named] == [
        ("margin", "0.08"),
        ("aspect", "1:1"),
    ]
    assert not any(p.named for p in steps["refine_matte"].params)


def test_changes_are_a_line_each_with_the_unit():
    spec = load_spec("marketplace_white")
    wide = edited(spec, "margin = 0.08", "margin = 0.12")
    assert changes_in_words(spec, wide) == ("crop_to_subject: margin 0.08 → 0.12",)
    sizes = edited(spec, "[2000, 1200, 600]", "[2400, 600]")
    assert changes_in_words(spec, sizes) == ("web_jpeg: sizes_px 2000, 1200, 600 → 2400, 600 px",)
    judged = edited(spec, 'check = "halo_width"', 'check = "halo_width"\nlimit = false')
    (line,) = changes_in_words(spec, judged)
    assert line.startswith("halo_width: limit at most") and line.endswith(JUDGED_WITHOUT)
    without = edited(spec, '[[files]]\nfile = "trimap_png"\n', "")
    assert changes_in_words(spec, without) == ("trimap_png: file taken out",)
    assert changes_in_words(without, spec) == ("trimap_png: file added",)


def test_another_order_is_a_change_and_a_comment_is_none():
    spec = load_spec("marketplace_white")
    turned = edited(
        spec,
        '[[checks]]\ncheck = "halo_width"\n\n[[checks]]\ncheck = "edge_noise"',
        '[[checks]]\ncheck = "edge_noise"\n\n[[checks]]\ncheck = "halo_width"',
    )
    assert changes_in_words(spec, turned) == ("checks: in another order",)
    assert changes_in_words(spec, edited(spec, "name =", "# a remark\nname =")) == ()
    assert changes_in_words(spec, edited(spec, "margin = 0.08", "margin = 0.080")) == ()


def test_values_read_as_people_write_them():
    assert value_words(True) == "yes" and value_words((1, 2), "px") == "1, 2 px"
    assert value_words(0.5, "% of side") == "0.5% of side" and value_words("4:5") == "4:5"
