"""Which photo comes first."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.priority import priority, priority_words

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_overdue_is_urgent_whatever_it_is():
    assert priority(0, NOW - HOUR, NOW - 50 * HOUR, NOW) == 80.0
    assert priority(100, NOW - HOUR, NOW - 50 * HOUR, NOW) == 100.0


def test_a_fresh_job_counts_by_its_difficulty_alone():
    assert priority(0, NOW + 48 * HOUR, NOW, NOW) == 0.0
    assert priority(50, NOW + 480 * HOUR, NOW, NOW) == pytest.approx(10.0)


def test_urgency_grows_as_time_runs_out():
    values = [priority(30, NOW + 48 * HOUR, NOW, NOW + hours * HOUR) for hours in (0, 12, 24, 36, 47)]
    assert values == sorted(values)
    assert values[0] < 10 < 80 < values[-1]


def test_half_of_the_slack_gone_gives_half_of_the_points():
    # complexity 0 takes 2 minutes of work: 16 minutes of slack; the rest of 48 h is halved after 23.87 h
    halfway = NOW + timedelta(hours=(48 - 2 / 60 * 8) / 2)
    assert priority(0, NOW + 48 * HOUR, NOW, halfway) == pytest.approx(40.0)


def test_a_hard_photo_is_started_earlier():
    assert (
        priority(90, NOW + 10 * HOUR, NOW - 10 * HOUR, NOW) > priority(10, NOW + 10 * HOUR, NOW - 10 * HOUR, NOW) + 16
    )


def test_work_that_no_longer_fits_is_as_urgent_as_overdue():
    assert priority(100, NOW + 2 * HOUR, NOW - 40 * HOUR, NOW) == 100.0


def test_without_a_deadline_two_days_are_planned():
    assert priority(0, None, NOW, NOW) == 0.0
    assert priority(0, None, None, NOW) == 0.0
    assert priority(0, None, NOW - 48 * HOUR, NOW) == 80.0


@pytest.mark.parametrize(
    ("value", "word"), [(100, "urgent"), (80, "urgent"), (79.9, "high"), (55, "high"), (30, "normal"), (0, "low")]
)
def test_words(value, word):
    assert priority_words(value) == word
