import polars as pl
import pytest

from workbench.charts.queue_depth import clock, queue_depth
from workbench.charts.theme import LANE_COLOURS

DEPTH = pl.DataFrame(
    {
        "at_h": [9.0, 10.0, 11.0] * 3, "queue": ["engine"] * 3 + ["auto"] * 3 + ["manual"] * 3,
        "waiting": [5.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0, 1.0], "low": [5.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 0.0],
        "high": [5.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 6.0, 2.0],
    }
)  # fmt: skip


def test_each_queue_that_ever_waits_has_a_band_a_line_and_a_label():
    figure = queue_depth(DEPTH, shifts_h=((9, 17), (33, 41)))
    lines = [trace for trace in figure.data if trace.line.width]
    assert len(figure.data) == 4 and len(lines) == 2
    assert list(lines[1].y) == [0, 4, 1] and lines[1].line.color == LANE_COLOURS["manual"]
    assert {note.text for note in figure.layout.annotations} == {"engine", "manual"}
    assert len(figure.layout.shapes) == 1  # the second shift is after everything
    assert lines[1].customdata[1][0] == "Mon 10:00"


def test_nothing_that_waits_is_an_empty_picture():
    assert len(queue_depth(DEPTH.with_columns(high=0.0, waiting=0.0)).data) == 0


@pytest.mark.parametrize(
    ("hours", "words"), [(None, "–"), (9, "Mon 09:00"), (33.5, "Tue 09:30"), (9.9999, "Mon 10:00"), (168, "Mon 00:00")]
)
def test_hours_read_as_days_and_times(hours, words):
    assert clock(hours) == words
