import polars as pl
import pytest

from workbench.charts.tipping_point import tipping_point

SWEEP = pl.DataFrame(
    {"auto_share": [0.5, 0.7, 0.9], "left": [200.0, 20.0, 0.0], "left_low": [190.0, -5.0, 0.0],
     "left_high": [210.0, 45.0, 0.0], "load": [1.9, 1.1, 0.4]}
)  # fmt: skip


@pytest.mark.parametrize(
    ("share", "break_even", "labels"),
    [
        (0.8, 0.733, ["just full at 73.3%", "this plan, 80.0%"]),
        (0.6, None, ["this plan, 60.0%"]),
        (0.2, 0.1, []),  # both outside of what is drawn
    ],
)
def test_the_plan_and_the_full_shift_are_marked(share, break_even, labels):
    figure = tipping_point(SWEEP, share=share, break_even=break_even)
    assert [note.text for note in figure.layout.annotations] == labels
    assert min(figure.data[0].y) == 0  # fewer than none are never left
    assert list(figure.data[1].y) == [200, 20, 0]
