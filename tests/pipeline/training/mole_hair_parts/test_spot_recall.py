"""What counts as found: planted finds, near ones, far ones."""

import numpy as np
import pytest

from pipeline.skin.spot import Spot
from pipeline.training.mole_hair_parts.spot_recall import Mark, along, hits

SHAPE = (200, 300)


def blob(left, top, side):
    return Spot(shape="blob", x_px=left + side / 2, y_px=top + side / 2, size_px=side, contrast=0.2, left=left, top=top,
                mask=np.ones((side, side), bool))  # fmt: skip


def line(left, top, width):
    return Spot(shape="ridge", x_px=left, y_px=top, size_px=width, contrast=0.1, left=left, top=top,
                mask=np.ones((2, width), bool))  # fmt: skip


MOLE = Mark(kind="mole", points=((50, 50), (80, 80)))
SPOT = Mark(kind="dark spot", points=((150, 100),))
HAIR = Mark(kind="hair", points=((20, 150), (80, 152), (140, 150)))


@pytest.mark.parametrize(
    ("mark", "spots", "found"),
    [
        (MOLE, [blob(52, 48, 30)], True), (MOLE, [blob(64, 64, 4)], False), (MOLE, [blob(20, 20, 100)], False),
        (MOLE, [line(50, 60, 30)], False),
        (SPOT, [blob(146, 96, 8)], True), (SPOT, [blob(120, 70, 8)], False), (SPOT, [blob(30, -10, 220)], False),
        (HAIR, [line(20, 150, 100)], True), (HAIR, [line(20, 150, 40)], False), (HAIR, [line(20, 170, 120)], False),
        (HAIR, [], False),
    ],
)  # fmt: skip
def test_a_mark_is_found_by_what_lies_on_it(mark, spots, found):
    assert list(hits([mark], spots, SHAPE)) == [found]


def test_moved_marks_are_not_found_by_the_same_spots():
    spots = [blob(52, 48, 30), blob(146, 96, 8), line(20, 150, 120)]
    assert list(hits([MOLE, SPOT, HAIR], spots, SHAPE)) == [True] * 3
    assert list(hits([MOLE, SPOT, HAIR], spots, SHAPE, (100.0, 60.0))) == [False] * 3


def test_a_curve_runs_through_its_points():
    curve = along(((0, 0), (50, 20), (100, 0)))
    for point in ((0, 0), (50, 20), (100, 0)):
        assert np.hypot(*(curve - point).T).min() < 2
    assert np.hypot(*np.diff(curve, axis=0).T).max() < 6
