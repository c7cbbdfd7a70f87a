"""The line the size of a word."""

import re

from workbench.charts.spark_line import HEIGHT_PX, spark_line


def points(svg: str) -> list[tuple[float, float]]:
    return [tuple(map(float, p.split(","))) for p in re.search(r'points="([^"]+)"', svg)[1].split()]


def test_higher_values_are_higher_up() -> None:
    (x0, y0), (x1, y1), (x2, y2) = points(spark_line([1, 3, 2]))
    assert x0 < x1 < x2
    assert y0 > y2 > y1


def test_a_single_value_is_no_line() -> None:
    assert spark_line([]) == spark_line([5]) == spark_line([None, 5]) == ""


def test_gaps_are_left_out_and_equal_values_stay_inside() -> None:
    found = points(spark_line([2, None, 2]))
    assert len(found) == 2
    assert all(0 < y < HEIGHT_PX for _, y in found)


def test_the_target_is_dashed() -> None:
    assert "stroke-dasharray" in spark_line([1, 2], target=3)
    assert "stroke-dasharray" not in spark_line([1, 2])
