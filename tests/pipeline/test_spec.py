"""Specifications: the shipped ones hold, every mistake is named with its line."""

import dataclasses

import pytest

from pipeline import registry
from pipeline.spec import load_spec, parse_spec, shipped_specs
from workbench.domain.errors import SpecError
from workbench.domain.toml_lines import line_of

GOOD = """name = "mine"
title = "Mine"
description = "For tests."

[[steps]]
step = "load_image"

[[steps]]
step = "segment_subject"
engine = "classical"

[[steps]]
step = "make_trimap"

[[steps]]
step = "refine_matte"

[[steps]]
step = "crop_to_subject"
margin = 0.1

[[checks]]
check = "halo_width"
limit = 2

[[files]]
file = "alpha_png"
"""


def test_the_shipped_specs_hold():
    assert shipped_specs() == ("brand_editorial", "cutout_only", "marketplace_gauged", "marketplace_white")
    for name in shipped_specs():
        spec = load_spec(name)
        assert spec.name == name and spec.steps[0].name == "load_image" and spec.files
    assert len(load_spec("marketplace_white").checks) == 10
    assert [use.name for use in load_spec("marketplace_white").steps] == [
        "load_image", "prepare_image", "balance_colour", "correct_lighting", "segment_subject", "make_trimap",
        "refine_matte", "align_upright", "crop_to_subject", "enhance_detail", "place_on_template",
    ]  # fmt: skip


def test_values_limits_and_defaults_arrive():
    spec = parse_spec(GOOD, where="mine.toml")
    crop = spec.steps[-1].params
    assert crop.margin == 0.1 and crop.aspect == "1:1"
    assert spec.checks[0].limit == 2.0 and spec.engine() == "classical"
    off = parse_spec(GOOD.replace("limit = 2", "limit = false"), where="mine.toml")
    assert off.checks[0].limit is None
    default = parse_spec(GOOD.replace("limit = 2", ""), where="mine.toml")
    assert default.checks[0].limit == registry.check("halo_width").limit


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("margin = 0.1", "margin = 0.9", "line 20: margin is 0.9; allowed: 0 to 0.4"),
        ("margin = 0.1", "margin = nan", "line 20: margin is nan"),
        ("margin = 0.1", 'margin = "wide"', "line 20: margin is 'wide'; allowed: a number"),
        ("margin = 0.1", "margine = 0.1", "line 20: crop_to_subject has no parameter 'margine'.*did you mean 'margin'"),
        ("margin = 0.1", 'aspect = "1:2"', "line 20: aspect is '1:2'; allowed: 1:1, 4:5"),
        ('step = "make_trimap"', 'step = "make_trimp"', "line 13: no step named 'make_trimp'.*'make_trimap'"),
        ('engine = "classical"', 'engine = "clasical"', "line 10: .*clasical.*did you mean 'classical'"),
        ('[[steps]]\nstep = "make_trimap"\n\n', "", "line 13: refine_matte needs trimap, .*make_trimap"),
        ('step = "make_trimap"', 'step = "load_image"', "line 13: load_image stands twice"),
        (
            'step = "crop_to_subject"\nmargin = 0.1',
            'step = "place_on_template"\npaper = "white"',
            "line 20: paper is 'white'",
        ),
        (
            'step = "crop_to_subject"\nmargin = 0.1',
            'step = "prepare_image"\n\n[[checks]]\ncheck = "crop_margins"',
            "line 22: .* crop",
        ),
        ('file = "alpha_png"', 'file = "web_jpeg"', "line 27: web_jpeg needs flat"),
        ("limit = 2", 'limit = "two"', "line 24: limit is 'two'"),
        ('title = "Mine"', 'titel = "Mine"', "line 2: unknown key 'titel'.*did you mean 'title'"),
        ('title = "Mine"', "title = 3", "line 2: title is missing or not text"),
        ('name = "mine"', 'name = "../mine"', "line 1: name is '../mine'"),
        ("[[checks]]", "[checks]", "line 22: checks is not a list of tables"),
        ("limit = 2", "limit = ", "is not TOML: .*line 24"),
    ],
)
def test_a_mistake_is_named_with_its_line(old, new, words):
    with pytest.raises(SpecError, match=words) as caught:
        parse_spec(GOOD.replace(old, new, 1), where="mine.toml")
    assert str(caught.value).startswith("mine.toml")


def test_a_spec_without_steps_and_an_unknown_name():
    with pytest.raises(SpecError, match="there are no steps"):
        parse_spec('name = "a"\ntitle = "b"\ndescription = "c"\n', where="a.toml")
    with pytest.raises(SpecError, match="allowed: brand_editorial, cutout_only, marketplace_gauged, marketplace_white"):
        load_spec("nothing")
    with pytest.raises(SpecError, match="cannot be read"):
        load_spec("no/such.toml")


def test_a_users_own_spec_comes_before_a_shipped_one(tmp_path):
    (tmp_path / "cutout_only.toml").write_text(GOOD)
    assert load_spec("cutout_only", (tmp_path,)).title == "Mine"


def test_the_result_key_follows_what_decides_the_pixels():
    spec = parse_spec(GOOD, where="mine.toml")
    same = parse_spec("# a comment\n" + GOOD.replace("For tests.", "Other words."), where="other.toml")
    assert spec.result_key("photo") == same.result_key("photo") and spec.hash != same.hash
    keys = {spec.result_key("photo"), spec.result_key("other photo")}
    keys.add(parse_spec(GOOD.replace("margin = 0.1", "margin = 0.11"), where="").result_key("photo"))
    keys.add(parse_spec(GOOD.replace("limit = 2", "limit = 3"), where="").result_key("photo"))
    assert len(keys) == 4


def test_weights_of_a_step_enter_the_result_key(monkeypatch):
    spec = parse_spec(GOOD, where="mine.toml")
    before, real = spec.result_key("photo"), registry.load
    other = dataclasses.replace(registry.step("crop_to_subject"), models=("f" * 64,))
    monkeypatch.setattr(registry, "load", lambda kind, name: other if name == "crop_to_subject" else real(kind, name))
    assert spec.result_key("photo") != before and "f" * 64 in spec.recipe()


@pytest.mark.parametrize("kind", ["steps", "checks", "deliver", "engines"])
def test_every_unit_is_declared_and_described(kind):
    for name in registry.names(kind):
        unit = registry.load(kind, name)
        assert unit.run.__name__ == name and unit.run.__module__.endswith(f".{name}")
        assert (unit.run.__doc__ or "").strip()
        unit.params()  # every parameter has a default
        for field in dataclasses.fields(unit.params):
            assert field.metadata.get("doc"), f"{name}.{field.name} has no doc"


def test_lines_of_keys_and_tables():
    assert line_of(GOOD, ("name",)) == 1
    assert line_of(GOOD, ("steps", 0, "step")) == 6
    assert line_of(GOOD, ("steps", 1, "engine")) == 10
    assert line_of(GOOD, ("steps", 1, "missing")) == 8
    assert line_of(GOOD, ("checks", 0)) == 22
    assert line_of(GOOD, ("nothing",)) is None


@pytest.mark.parametrize("paper", ["white", "#FFF", "FFFFFF", "#GGGGGG", "#FFFFFFF", ""])
def test_a_paper_that_is_no_colour_is_refused(paper):
    text = load_spec("marketplace_white").text.replace('paper = "#FFFFFF"', f'paper = "{paper}"')
    with pytest.raises(SpecError, match=r"line \d+: paper is .*allowed: text like '#FFFFFF'"):
        parse_spec(text, where="mine.toml")
