"""Editing a spec's text: the value changes, everything else stays as somebody wrote it."""

import difflib
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import registry
from pipeline.spec import load_spec, parse_spec, shipped_specs
from workbench.domain.errors import SpecError
from workbench.jobs.edit_spec import apply_changes, parsed_value, renamed, set_values, switch

HAND_WRITTEN = """# our house style
name = "house"   # short
title = "House"
description = "As we like it."

[[steps]]
step = "load_image"

# the frame, agreed with Ann
[[steps]]
step = "segment_subject"  # not the old one
[[steps]]
step = "make_trimap"
[[steps]]
step = "refine_matte"

[[checks]] # rims
check = "halo_width"
limit =   2.0   # px, they are strict

# files for the shop
[[files]]
file = "cutout_png"
"""


def changed_lines(before, after):
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def test_only_the_line_of_the_value_changes():
    after = set_values(HAND_WRITTEN, {"checks.halo_width.limit": 1.5})
    assert changed_lines(HAND_WRITTEN, after) == [
        "- limit =   2.0   # px, they are strict",
        "+ limit =   1.5   # px, they are strict",
    ]
    assert parse_spec(after, where="x").checks[0].limit == 1.5


def test_a_value_that_stands_already_is_not_written_again():
    assert set_values(HAND_WRITTEN, {"checks.halo_width.limit": 2.0, "title": "House"}) == HAND_WRITTEN


def test_a_new_parameter_joins_its_table():
    after = set_values(HAND_WRITTEN, {"steps.refine_matte.max_iterations": 50})
    assert changed_lines(HAND_WRITTEN, after) == ["+ max_iterations = 50"]
    assert parse_spec(after, where="x").steps[3].params.max_iterations == 50


@pytest.mark.parametrize("name", shipped_specs())
def test_units_are_switched_off_and_on_without_losing_a_comment(name):
    text = load_spec(name).text
    comments = [line for line in text.splitlines() if line.startswith("#")]
    for kind, key in (("checks", "checks"), ("files", "deliver")):
        for unit in registry.names(key):
            for on in (False, True):
                text = switch(text, f"{kind}.{unit}", on)
                there = {entry[kind.rstrip("s")] for entry in tomllib.loads(text)[kind]}
                assert (unit in there) is on
    assert [line for line in text.splitlines() if line.startswith("#")] == comments


def test_the_last_of_a_kind_goes_and_comes_back():
    off = switch(HAND_WRITTEN, "files.cutout_png", False)
    assert parse_spec(off, where="x").files == () and "# files for the shop" in off
    assert [use.name for use in parse_spec(switch(off, "files.cutout_png", True), where="x").files] == ["cutout_png"]
    assert "# the frame, agreed with Ann" in switch(HAND_WRITTEN, "checks.halo_width", False)


def test_a_header_inside_a_text_does_not_lead_astray():
    text = HAND_WRITTEN.replace('"As we like it."', '"""\nsee\n[[checks]]\ncheck = 1\n"""')
    with pytest.raises(SpecError, match="cannot be switched"):
        switch(text, "checks.halo_width", False)
    assert parse_spec(set_values(text, {"title": "Other"}), where="x").title == "Other"


def test_unknown_places_name_the_nearest():
    with pytest.raises(SpecError, match="did you mean 'segment_subject'"):
        set_values(HAND_WRITTEN, {"steps.segment_subjects.engine": "classical"})
    with pytest.raises(SpecError, match="did you mean 'halo_width'"):
        switch(HAND_WRITTEN, "checks.halo_widht", True)
    for place in ("steps", "steps.load_image", "owner", "checks."):
        with pytest.raises(SpecError, match="no place"):
            set_values(HAND_WRITTEN, {place: 1})
    with pytest.raises(SpecError, match="cannot switch"):
        switch(HAND_WRITTEN, "steps.load_image", False)
    with pytest.raises(SpecError, match="not TOML"):
        set_values("name = ", {"title": "x"})


def test_values_as_they_are_typed():
    assert parsed_value("0.1") == 0.1 and parsed_value("false") is False and parsed_value("[1, 2]") == [1, 2]
    assert (
        parsed_value("4:5") == "4:5" and parsed_value('"#FFFFFF"') == "#FFFFFF" and parsed_value("#FFFFFF") == "#FFFFFF"
    )


def test_several_changes_and_a_name_at_once():
    text = renamed(
        apply_changes(
            HAND_WRITTEN, {"checks.edge_noise.limit": 5.0}, on=("checks.edge_noise",), off=("files.cutout_png",)
        ),
        "other",
    )
    spec = parse_spec(text, where="x")
    assert spec.name == "other" and {use.name: use.limit for use in spec.checks}["edge_noise"] == 5.0 and not spec.files


@given(title=st.text(max_size=60), margin=st.floats(0, 0.4), quality=st.integers(1, 100))
def test_whatever_is_set_is_what_is_read_back(title, margin, quality):
    given_values = {"title": title, "steps.crop_to_subject.margin": margin, "files.web_jpeg.quality": quality}
    text = set_values(load_spec("marketplace_white").text, given_values)
    if not title.strip():
        with pytest.raises(SpecError, match="title"):
            parse_spec(text, where="x")
        return
    spec = parse_spec(text, where="x")
    params = {use.name: use.params for use in (*spec.steps, *spec.files)}
    assert (spec.title, params["crop_to_subject"].margin, params["web_jpeg"].quality) == (title, margin, quality)
