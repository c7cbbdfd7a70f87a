"""The search for limits in words: which constraint nothing keeps, and by how much."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from workbench.jobs.search_limits import search_limits
from workbench.routing.certify import Certified
from workbench.routing.policy import load_policy
from workbench.routing.unit_costs import UnitCosts

DAY = datetime(2026, 3, 2, tzinfo=UTC)
COSTS = UnitCosts(check_s=36, manual_s=360, rework_s=360)


def groups() -> pl.DataFrame:
    """A thousand images of apparel over ten days, risk from 0 to 0.9, a tenth of them faulty above 0.5."""
    rows = []
    for place in range(0, 1000, 100):
        for failed, images in ((False, 90), (place > 500, 10)):
            rows.append(
                {
                    "category": "apparel", "campaign_tier": "standard", "contradicted": False, "failed_checks": 0, "lane": "check",
                    "first_lane": "check", "drawn": True, "chance": 1.0, "auto_failed": failed, "place": place,
                    "risk_lane": None, "risk_calibrated": False, "images": images, "timed": 0, "active_seconds": None,
                    "first_received_at": DAY, "last_received_at": DAY + timedelta(days=10),
                }
            )  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def searched(*, hours, within_h=None, certified=0.0):
    policy = load_policy("first@1")
    targets = {} if within_h is None else {"turnaround_p95_h": within_h}
    proved = Certified(
        category="apparel", status="certified", max_risk=certified, n=60, errors=0, upper=0.05, target=0.05, delta=0.05,
        sampled=60,
    )  # fmt: skip
    return search_limits(
        groups(),
        replace(policy, targets=targets),
        {"apparel": proved},
        costs=COSTS,
        target=0.05,
        hours=hours,
        days=10.0,
    )


def test_enough_people_and_time_bind_nothing():
    found = searched(hours={"checker": 8.0, "retoucher": 8.0, "senior": 8.0}, within_h=8.0)
    assert not found.found.binding and "cheapest certified limits" in found.words[0]


def test_too_few_hours_are_named_with_what_is_missing():
    found = searched(hours={"checker": 0.2, "retoucher": 0.2, "senior": 8.0})
    assert found.words[0].startswith("No limits keep every constraint")
    assert any("h a day are needed, 0.2 h are there" in line and "h are missing" in line for line in found.words)


@pytest.mark.parametrize(("within_h", "late"), [(0.2, True), (8.0, False)])
def test_a_target_for_turnaround_that_nothing_keeps_is_named_as_such(within_h, late):
    """One checker and one retoucher have the hours, but ten hundred images of one wave are not done in minutes."""
    found = searched(hours={"checker": 1.2, "retoucher": 1.2, "senior": 8.0}, within_h=within_h)
    assert bool(found.found.binding) is late
    if late:
        assert any("turnaround: at least" in line and "too late; the target is 0.2 h" in line for line in found.words)
        assert not any("hours are missing" in line for line in found.words)
        assert "95% are done within 0.2 working hours" in found.words[-1]
