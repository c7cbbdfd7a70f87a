"""Numbers read the same everywhere."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from workbench.charts import amounts


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"), (0.0354, "35 ms"), (0.0999, "100 ms"), (4.21, "4.2 s"), (9.96, "10 s"), (59.4, "59 s"),
        (59.6, "1 min"), (200, "3 min 20 s"), (4320, "1 h 12 min"), (7200, "2 h"), (47 * 3600, "47 h"),
        (49 * 3600, "2 d 1 h"), (3599.9, "1 h"),
    ],
)  # fmt: skip
def test_duration(seconds, words) -> None:
    assert amounts.duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (None, "px", "–"), (1.2345, "px", "1.23 px"), (12.5, "%", "12.5%"), (0.00049, "", "0.00049"), (0.00033, "px", "<0.01 px"), (0.002, "%", "<0.01%"), (0.0, "px", "0 px"),
        (123456.7, "", "123,457"),
    ],
)  # fmt: skip
def test_number(value, unit, words) -> None:
    assert amounts.number(value, unit) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(None, "–"), (0.2, "1 min"), (9.3, "9 min"), (59.7, "1 h"), (76.4, "1 h 16 min")]
)
def test_work(minutes, words) -> None:
    assert amounts.work(minutes) == words


def test_no_data_is_a_dash_and_zero_is_zero() -> None:
    assert [amounts.count(None), amounts.percent(None), amounts.money(None), amounts.file_size(None)] == ["–"] * 4
    assert [amounts.count(0), amounts.percent(0), amounts.money(0)] == ["0", "0.0%", "€0.00"]


def test_forms_of_the_look() -> None:
    assert amounts.percent(0.1234) == "12.3%"
    assert amounts.money(0.34) == "€0.34"
    assert amounts.count(12345.0) == "12,345"
    assert amounts.file_size(640_400) == "640 kB"
    assert amounts.file_size(4_230_000) == "4.2 MB"
    assert amounts.plural(1, "image") == "1 image"
    assert amounts.plural(1200, "policy", "policies") == "1,200 policies"


def test_a_moment_is_shown_in_utc() -> None:
    there = datetime(2026, 11, 20, 1, 5, tzinfo=timezone(timedelta(hours=2)))
    assert amounts.moment(there) == "19 Nov 2026, 23:05 UTC"
    assert amounts.moment(datetime(2026, 1, 2, 3, 4, tzinfo=UTC)) == "2 Jan 2026, 03:04 UTC"
