"""What an image costs: rates of the workspace, seconds and processor time as they were measured."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from workbench.jobs.unit_costs_of import CORE_SECONDS, unit_costs_of
from workbench.operations.rates import SHIPPED
from workbench.settings import load

DAY = datetime(2026, 3, 2, tzinfo=UTC)
BOUGHT = """
[[vendors]]
engine = "bought"
tiers = [{ from = 1, to = 1000, per_image = 0.20 }, { from = 1001, per_image = 0.10 }]
valid_from = 2020-01-01
source = "test"
"""


def groups(images, *, engine="classical", computed=0, core_seconds=0.0, timed=0, seconds=0.0, days=10):
    row = {
        "first_lane": "check", "engine": engine, "images": images, "timed": timed, "active_seconds": seconds,
        "computed": computed, "core_seconds": core_seconds, "first_received_at": DAY,
        "last_received_at": DAY + timedelta(days=days),
    }  # fmt: skip
    return pl.DataFrame([row])


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "rates.toml").write_text(SHIPPED.read_text(encoding="utf-8") + BOUGHT, encoding="utf-8")
    return load({}, workspace=tmp_path)


def test_processor_time_is_the_measured_one_where_enough_was_measured(settings):
    assumed, few, enough = (
        unit_costs_of(settings, groups(100, computed=n, core_seconds=3.0 * n)).compute_eur for n in (0, 29, 30)
    )
    assert assumed == few and enough == pytest.approx(assumed * 3.0 / CORE_SECONDS)


def test_seconds_of_people_are_the_measured_ones_and_said_so(settings):
    found = unit_costs_of(settings, groups(100, timed=40, seconds=40 * 12.0))
    assert found.check_s == 12.0 and "check" in found.source


def test_an_engine_that_is_bought_costs_its_tiers(settings):
    assert unit_costs_of(settings, groups(2000)).vendor_eur == 0.0
    assert unit_costs_of(settings, groups(2000, engine="bought")).vendor_eur == pytest.approx((200 + 100) / 2000)
    # a thousand a month for four months never reach the cheaper step
    four = unit_costs_of(settings, groups(4000, engine="bought", days=4 * 30.44)).vendor_eur
    assert four == pytest.approx(0.20)
