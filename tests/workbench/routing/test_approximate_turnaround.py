"""The quick guess at turnaround against the simulated shop, and where it says nothing."""

import math

import pytest

from tests.benchmarks.turnaround import Case, guess, reason, simulated_p95_h
from workbench.routing.approximate_turnaround import approximate_turnaround, most_load, why_not_approximated


@pytest.mark.parametrize(
    "case",
    [
        Case(shape="day", auto_share=0.8, people=1, cv=0.8, urgent=0.0),
        Case(shape="day", auto_share=0.6, people=2, cv=1.5, urgent=0.2),
        Case(shape="day", auto_share=0.95, people=3, cv=1.0, urgent=0.0),
        Case(shape="hour", auto_share=0.5, people=4, cv=0.5, urgent=0.0),
        Case(shape="hour", auto_share=0.8, people=1, cv=0.8, urgent=0.2),
        Case(shape="even", auto_share=0.7, people=2, cv=0.8, urgent=0.0),
        Case(shape="even", auto_share=0.5, people=3, cv=1.0, urgent=0.0),
    ],
    ids=str,
)
def test_it_is_within_a_tenth_of_the_simulated_shop(case):
    assert reason(case) == ""
    assert guess(case) == pytest.approx(simulated_p95_h(case, replications=2), rel=0.1)


def test_waiting_of_one_by_one_is_queueing_theorys():
    """M/M/1: the time in the system is exponential, so its 95% point is known exactly."""
    service_h, load = 90 / 3600, 0.8
    exact = -math.log(0.05) * service_h / (1 - load)
    assert approximate_turnaround(6.4, 8, service_s=90, arrivals="even", cv=1.0) == pytest.approx(exact, rel=0.04)


def test_it_rises_with_load_and_never_ends_beyond_it():
    times = [approximate_turnaround(load, 8, service_s=90) for load in (1, 4, 7, 7.9)]
    assert times == sorted(times)
    assert approximate_turnaround(8, 8, service_s=90) == math.inf
    assert approximate_turnaround(0, 8, service_s=90) == 0


def test_it_says_where_it_does_not_hold():
    assert why_not_approximated(7.2, 8) == ""
    assert "94% of the hours are needed; above 90%" in why_not_approximated(7.5, 8)
    assert "CV of 2; checked from 0.5 to 1.5" in why_not_approximated(4, 8, cv=2)
    assert why_not_approximated(9, 8) == "", "that it is never done is no guess"


def test_the_most_load_within_a_target_is_never_beyond_what_can_be_guessed():
    most = most_load(16, 3.0, service_s=90)
    assert approximate_turnaround(most, 16, service_s=90) == pytest.approx(3.0, abs=1e-4)
    assert most_load(16, 100.0, service_s=90) == pytest.approx(0.9 * 16, rel=1e-5)
