import polars as pl
import pytest

from workbench.jobs.measured_shop import LEAST_VERDICTS, from_frames
from workbench.operations.plan_shop import Plan, plan_shop

LANES = pl.DataFrame(
    {
        "lane": ["auto", "check", "manual"],
        "images": [60, 30, 10],
        "core_seconds": [1.0, 3.0, None],
        "timed": [60, 20, 0],
    }
)
REVIEWS = pl.DataFrame(
    {
        "lane": ["check"] * LEAST_VERDICTS + ["manual"] * (LEAST_VERDICTS - 1),
        "active_seconds": [60.0] * LEAST_VERDICTS + [120.0] * (LEAST_VERDICTS - 1),
        "sent_back": [True] * 10 + [False] * (2 * LEAST_VERDICTS - 11),
    }
)


def test_what_was_measured_enough_is_taken_and_the_rest_is_stated():
    found = from_frames(LANES, REVIEWS, simulated=False)
    assert found.auto_share == 0.6 and found.mix == {"check": 30, "manual": 10}
    assert found.auto_s == pytest.approx(120 / 80)
    assert found.rework_share == pytest.approx(10 / (2 * LEAST_VERDICTS - 1))
    assert set(found.seconds) == {"check"}
    check, manual, _senior = found.words
    assert "30 verdicts, mean 60 s" in check and "stated mean of 90 s" in manual
    lanes = plan_shop(Plan(**found.plan_values())).lanes
    assert lanes["check"].seconds.measured_s and not lanes["manual"].seconds.measured_s
    assert lanes["check"].share == pytest.approx(0.3) and lanes["manual"].share == pytest.approx(0.1)


def test_an_empty_lake_knows_nothing():
    found = from_frames(LANES.clear(), REVIEWS.clear(), simulated=False)
    assert found.plan_values() == {} and found.auto_share is None
