"""The arithmetic, against numbers worked out by hand."""

import json

import pytest
from typer.testing import CliRunner

from workbench.cli import app
from workbench.domain.errors import UsageError
from workbench.operations.throughput import Throughput

ASKED = {"images": 1200, "auto_share": 0.8, "auto_s": 5, "manual_s": 90}


def test_the_command_gives_eighty_minutes_and_six_hours_with_the_formula():
    said = CliRunner().invoke(
        app,
        [
            "throughput",
            "--images",
            "1200",
            "--auto-share",
            "0.8",
            "--auto-s",
            "5",
            "--manual-s",
            "90",
            "--format",
            "json",
        ],
    )
    (row,) = json.loads(said.stdout)
    assert (row["auto_images"], row["manual_images"]) == (960, 240)
    assert row["auto_minutes"] == 80 and row["manual_hours"] == 6
    assert row["load"] == 0.75
    assert "960 automatic" in row["auto_formula"] and "80 min" in row["auto_formula"]
    assert "240 by hand" in row["manual_formula"] and "6 h" in row["manual_formula"]


@pytest.mark.parametrize(
    ("values", "shares"),
    [
        ({}, 1 - 320 / 1200),  # one retoucher has 320 times 90 s in eight hours
        ({"retouchers": 2}, 1 - 640 / 1200),
        ({"retouchers": 4}, None),  # everything fits
        ({"images": 0}, None),
        ({"manual_s": 0}, None),
    ],
)
def test_where_the_shift_is_just_full(values, shares):
    found = Throughput(**{**ASKED, **values}).break_even_auto_share
    assert found == pytest.approx(shares)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("images", -1), ("auto_share", 1.2), ("auto_share", -0.1), ("auto_share", float("nan")), ("auto_s", -1),
        ("manual_s", float("inf")), ("retouchers", 0), ("shift_h", 0), ("shift_h", 25),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(name, value):
    with pytest.raises(UsageError, match=name):
        Throughput(**{**ASKED, name: value})


def test_five_shifts_are_five_times_as_long():
    found = Throughput(**{**ASKED, "images": 6000}, shifts=5)
    assert found.load == pytest.approx(0.75) and found.break_even_auto_share == pytest.approx(1 - 320 / 1200)
    assert "5 × 8 h" in found.formulas[2] and "75.0% of 5 shifts" in found.formulas[2]
