"""Money from volumes, against sums made by hand."""

from datetime import date

import polars as pl
import pytest

from workbench.operations.cost_model import PARTS, price, worked_day
from workbench.operations.rates import SHIPPED, load_rates
from workbench.operations.read_rates import parse_rates

TEXT = SHIPPED.read_text(encoding="utf-8")
WEEK, DAY = date(2026, 3, 2), date(2026, 3, 3)
SHAPE = {
    "week": pl.Date, "category": pl.String, "lane": pl.String, "kind": pl.String, "day": pl.Date, "engine": pl.String,
    "work_lane": pl.String, "round": pl.Int64, "n": pl.Int64, "core_seconds": pl.Float64, "seconds": pl.Float64,
    "unmeasured": pl.Int64, "approved": pl.Int64, "unseen": pl.Int64, "still_open": pl.Int64,
}  # fmt: skip


def volumes(*rows):
    whole = [{"week": WEEK, "category": "apparel", "lane": "auto", "day": DAY, "round": 1, "n": 1} | row for row in rows]
    return pl.DataFrame(whole, schema=SHAPE)


def images(n, approved, **more):
    return {"kind": "images", "n": n, "approved": approved, "unseen": 0, "still_open": 0} | more


def test_each_part_by_hand():
    costs = price(
        volumes(
            images(10, 8, unseen=5, still_open=1),
            {"kind": "compute", "core_seconds": 1000.0, "seconds": 900.0, "engine": "classical"},
            {"kind": "compute", "core_seconds": 100.0, "seconds": 90.0, "engine": "classical", "round": 2},
            {"kind": "review", "work_lane": "manual", "n": 3, "seconds": 200.0, "unmeasured": 1},
            {"kind": "review", "work_lane": "senior", "seconds": 60.0, "unmeasured": 0},
            {"kind": "review", "work_lane": "check", "n": 2, "seconds": None, "unmeasured": 2},
            {"kind": "review", "work_lane": "auto", "seconds": 18.0, "unmeasured": 0},
            {"kind": "review", "work_lane": "manual", "seconds": 45.0, "unmeasured": 0, "round": 2},
            {"kind": "escape", "n": 2},
        ),
        load_rates(),
    )  # fmt: skip
    (row,) = costs.by().to_dicts()
    assert row["compute"] == pytest.approx(1000 * 0.000014)
    assert row["vendor"] == 0
    assert row["labour"] == pytest.approx((200 + 90) * 32 / 3600 + 60 * 45 / 3600)
    assert row["qa"] == pytest.approx((2 * 75 + 18) * 28 / 3600)
    assert row["rework"] == pytest.approx(100 * 0.000014 + 45 * 32 / 3600)
    assert row["escapes"] == 30.0
    assert row["total"] == pytest.approx(sum(row[part] for part in PARTS))
    assert (row["per_approved"], row["per_processed"]) == pytest.approx((row["total"] / 8, row["total"] / 10))
    assert (row["unseen"], row["still_open"]) == (5, 1)
    assert (costs.verdicts, costs.unmeasured) == (8, 3)


def test_by_category_and_lane_adds_up_to_the_whole():
    costs = price(
        volumes(
            images(2, 1), images(3, 3, category="sheer", lane="manual"), images(1, 0, category=None, lane=None),
            {"kind": "review", "work_lane": "manual", "category": "sheer", "lane": "manual", "seconds": 90.0},
            {"kind": "compute", "core_seconds": 10.0, "category": None, "lane": None},
        ),
        load_rates(),
    )  # fmt: skip
    rows = costs.by("category", "lane")
    assert rows["category"].to_list() == ["apparel", "sheer", None]
    assert rows["total"].sum() == pytest.approx(costs.by()["total"].item())
    assert rows["images"].sum() == 6
    refused = rows.row(2, named=True)
    assert refused["per_approved"] is None and refused["per_processed"] > 0, "nothing approved: no figure, not 0"


def test_no_images_have_no_cost():
    (row,) = price(volumes(), load_rates()).by().to_dicts()
    assert (row["images"], row["total"], row["per_approved"], row["per_processed"]) == (0, 0.0, None, None)


def test_a_changed_rate_changes_history_and_says_so():
    rows = volumes(images(1, 1), {"kind": "review", "work_lane": "manual", "seconds": 3600.0, "unmeasured": 0})
    before, after = (price(rows, parse_rates(text, file="f")) for text in (TEXT, TEXT.replace("32.00", "64.00")))
    assert (before.by()["total"].item(), after.by()["total"].item()) == (32.0, 64.0)
    assert before.rates.hash != after.rates.hash


def test_work_is_paid_by_the_price_of_its_day():
    later = '[[wages]]\nrole = "retoucher"\nper_hour = 64.0\nvalid_from = 2026-03-04\nsource = "contract"\n'
    review = {"kind": "review", "work_lane": "manual", "seconds": 3600.0, "unmeasured": 0}
    costs = price(volumes(images(1, 1), review, review | {"day": date(2026, 3, 4)}), parse_rates(TEXT + later, file="f"))
    assert costs.by()["labour"].item() == 96.0


def test_a_vendors_steps_are_about_the_whole_month():
    vendor = (
        '[[vendors]]\nengine = "bought"\nvalid_from = 2026-01-01\nsource = "list"\nper_minute = 0.5\n'
        "tiers = [{ from = 1, to = 100, per_image = 0.10 }, { from = 101, per_image = 0.05 }]\n"
    )
    rates = parse_rates(TEXT + vendor, file="f")
    here = volumes(images(50, 50), {"kind": "compute", "engine": "bought", "n": 50, "core_seconds": 0.0, "seconds": 60.0})
    months = pl.DataFrame({"engine": ["bought"], "month": [date(2026, 3, 1)], "images": [200], "minutes": [8.0]})
    bill = 100 * 0.10 + 100 * 0.05 + 8 * 0.5
    assert price(here, rates, months).by()["vendor"].item() == pytest.approx(bill / 200 * 50)
    assert price(here, rates).by()["vendor"].item() == pytest.approx(50 * 0.10 + 0.5), "without it: these images alone"


def test_the_worked_day():
    day = worked_day(load_rates(), day=DAY)
    assert (day.automatic, day.auto_minutes, day.manual_hours) == pytest.approx((960, 80, 6))
    assert day.parts["labour"] == pytest.approx(6 * 32)
    assert day.parts["qa"] == pytest.approx(96 * 20 / 3600 * 28)
    assert day.parts["compute"] == pytest.approx(1200 * 5 * 0.000014)
    assert day.per_image == pytest.approx(day.total / 1200)
