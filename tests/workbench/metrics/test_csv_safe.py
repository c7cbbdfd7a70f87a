"""Text from outside never becomes a formula in somebody's spreadsheet."""

import csv
import io
from datetime import date

import polars as pl
import pytest

from workbench.metrics.csv_safe import csv_safe


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_risky_text_is_neutralised(start):
    safe = csv_safe(pl.DataFrame({"sku": [f"{start}cmd|' /C calc'!A0", f"a{start}b", None, ""]}))
    assert safe["sku"].to_list() == [f"'{start}cmd|' /C calc'!A0", f"a{start}b", None, ""]


def test_numbers_dates_and_flags_are_left_as_they_are():
    frame = pl.DataFrame({"n": [-1, 2], "x": [-0.5, None], "flag": [True, None], "day": [date(2026, 1, 1), None]})
    assert csv_safe(frame).equals(frame)


def test_names_of_columns_are_text_too():
    assert csv_safe(pl.DataFrame({"=x": [1]})).columns == ["'=x"]


def test_lists_and_records_become_text_and_the_file_can_be_read_back():
    frame = pl.DataFrame(
        {
            "files": [["a", "=b"], None, []],
            "at": [{"x": 1}, None, {"x": -2}],
            "c": pl.Series(["-q", "z", None], dtype=pl.Categorical),
        }
    )
    rows = list(csv.reader(io.StringIO(csv_safe(frame).write_csv())))
    assert rows == [["files", "at", "c"], ['["a", "=b"]', '{"x": 1}', "'-q"], ["", "", "z"], ["[]", '{"x": -2}', ""]]


def test_an_empty_table_stays_one():
    empty = csv_safe(pl.DataFrame(schema={"a": pl.String, "b": pl.List(pl.Int64)}))
    assert (empty.height, empty.columns) == (0, ["a", "b"])
