"""When a matte would be sent back, told on mattes whose errors are known."""

import numpy as np
import pytest

from pipeline.training.risk_parts.tolerance import Faults, faults, tolerance
from workbench.domain.records import CATEGORIES

SIDE = 400


def _box(left=100, right=300, top=100, bottom=300):
    found = np.zeros((SIDE, SIDE), np.float32)
    found[top:bottom, left:right] = 1.0
    return found


def test_a_perfect_matte_has_no_faults():
    assert faults(_box(), _box()) == Faults(fault_width=0.0, edge_error=0.0, area_error=0.0)


def test_a_missing_strip_is_as_wide_as_it_is():
    found = faults(_box(right=280), _box())
    assert found.fault_width == pytest.approx(20 / SIDE, abs=2.1 / SIDE)
    assert found.area_error == pytest.approx(0.1)
    assert found.beyond(tolerance("furniture")) > 1


def test_a_strip_outside_counts_like_one_inside():
    out, into = faults(_box(right=320), _box()), faults(_box(right=280), _box())
    assert out.fault_width == pytest.approx(into.fault_width)


def test_a_body_that_came_out_solid_is_an_area_error():
    found = faults(_box(), 0.6 * _box())
    assert found.fault_width == 0.0 and found.area_error == pytest.approx(0.4 / 0.6)
    assert found.beyond(tolerance("glassware")) > 1


def test_a_soft_edge_by_a_fraction_of_a_pixel_passes():
    truth = _box()
    near = truth.copy()
    near[100:300, 100] = 0.8
    assert faults(near, truth).beyond(tolerance("apparel")) < 1


def test_errors_are_the_same_at_twice_the_size():
    small = faults(_box(right=280), _box())
    large = faults(np.kron(_box(right=280), np.ones((2, 2), np.float32)), np.kron(_box(), np.ones((2, 2), np.float32)))
    assert large.fault_width == pytest.approx(small.fault_width, rel=0.1)
    assert large.area_error == pytest.approx(small.area_error)


@pytest.mark.parametrize("category", [*CATEGORIES, "animal"])
def test_every_category_has_tolerances(category):
    found = tolerance(category)
    assert min(found.fault_width, found.edge_error, found.area_error) > 0
    assert tolerance("sheer").area_error > tolerance("packaged").area_error


@pytest.mark.parametrize("category", CATEGORIES)
def test_an_outline_set_by_eye_calls_nothing_finer_than_itself_a_fault(category):
    exact, outlined = tolerance(category), tolerance(category, outlined=True)
    assert outlined.fault_width >= max(exact.fault_width, 0.015) and outlined.edge_error >= max(exact.edge_error, 0.14)
    assert outlined.area_error >= max(exact.area_error, 0.025)


def test_an_empty_truth_is_no_division_by_zero():
    empty = np.zeros((SIDE, SIDE), np.float32)
    assert faults(_box(), empty).beyond(tolerance("apparel")) > 1
