"""How many audits prove how much."""

from __future__ import annotations

import pytest
from scipy.stats import binom

from workbench.domain.errors import UsageError
from workbench.routing.sample_size import audits_to_pass, error_free_audits, pilot_interval


@pytest.mark.parametrize(("at_most", "audits"), [(0.08, 36), (0.05, 59), (0.02, 149), (0.01, 299)])
def test_error_free_audits(at_most, audits):
    assert error_free_audits(at_most) == audits
    assert (1 - at_most) ** audits <= 0.05 < (1 - at_most) ** (audits - 1)


def test_a_pilot_of_200_with_16_faults():
    found = pilot_interval(16, 200)
    assert (round(found.low, 3), round(found.high, 3)) == (0.050, 0.126)


def test_the_interval_is_the_lakes(tmp_path):
    """The same Wilson interval the metrics carry (views.sql)."""
    from workbench import lake
    from workbench.routing.sample_size import Interval

    query = tmp_path / "wilson.sql"
    query.write_text("SELECT wilson_low(16, 200) AS low, wilson_high(16, 200) AS high")
    with lake.open(tmp_path / "ws") as store:
        low, high = store.query(query).row(0)
    found = pilot_interval(16, 200)
    assert isinstance(found, Interval) and (found.low, found.high) == pytest.approx((low, high), abs=1e-12)


def test_audits_to_pass_reaches_the_power_asked_for():
    n = audits_to_pass(0.01, 0.05)
    most = max(k for k in range(n) if binom.cdf(k, n, 0.05) <= 0.05)
    assert binom.cdf(most, n, 0.01) >= 0.8
    assert audits_to_pass(0.0, 0.05) == 59
    assert audits_to_pass(0.05, 0.05) is None
    assert audits_to_pass(0.0499999, 0.05) is None, "so near that no number of audits is enough"


@pytest.mark.parametrize("bad", [0.0, 1.0, -0.1, 1.2])
def test_shares_outside_are_refused(bad):
    with pytest.raises(UsageError):
        error_free_audits(bad)
    with pytest.raises(UsageError):
        pilot_interval(1, 10, confidence=bad)


@pytest.mark.parametrize(("hits", "n"), [(3, 2), (-1, 5), (0, 0)])
def test_counts_that_do_not_fit_are_refused(hits, n):
    with pytest.raises(UsageError):
        pilot_interval(hits, n)
