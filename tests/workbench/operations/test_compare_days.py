"""A day next to the same day with something changed; rates that are multiplied."""

from datetime import date

import polars as pl
import pytest

from workbench.operations.compare_days import Change, compare_days
from workbench.operations.cost_model import PARTS, worked_day
from workbench.operations.parts_per_approved import parts_per_approved
from workbench.operations.rates import load_rates
from workbench.operations.scale_rates import scale_rates

DAY = date(2026, 3, 2)
BASE = {"auto_share": 0.8, "manual_s": 90, "rework_rate": 0.3, "escape_rate": 0.01}


def test_a_change_is_held_against_the_plain_day():
    rates = load_rates()
    changes = {
        "as it is": Change(), "faster": Change(plan={"auto_s": 2.5}), "dearer": Change(rates={"hands": 2}),
        "less rework": Change(plan={"rework_rate": 0.05}),
    }  # fmt: skip
    found = {row["day"]: row for row in compare_days(rates, changes, base=BASE, day=DAY).to_dicts()}
    assert list(found) == list(changes)
    plain = worked_day(rates, day=DAY, **BASE)
    assert found["as it is"]["difference"] == 0 and found["as it is"]["per_image"] == pytest.approx(plain.per_image)
    assert sum(found["dearer"][part] for part in PARTS) == pytest.approx(found["dearer"]["per_image"])
    # 240 images x 90 s = 6 h at 32.00, and 30% of it again, over 1,200 images
    assert found["dearer"]["difference"] == pytest.approx(6 * 32 * 1.3 / 1200)
    assert found["faster"]["auto_minutes"] == 40 and found["faster"]["manual_hours"] == pytest.approx(6)
    assert found["less rework"]["difference"] < 50 * found["faster"]["difference"] < 0, "rework beats speed"


def test_only_the_named_prices_are_multiplied():
    rates = load_rates()
    tried = scale_rates(rates, hands=2, machines=0, escapes=3, unmeasured=0.5)
    assert (tried.wage("senior", DAY), tried.wage("qa", DAY)) == (90.0, 28.0)
    assert tried.core_second(DAY) == 0 and tried.escape(DAY) == 45.0
    assert tried.verdict("manual", DAY).seconds == 45
    assert rates.wage("senior", DAY) == 45.0 and scale_rates(rates) == rates


def test_parts_are_divided_by_approved_images_and_rows_without_any_left_out():
    parts = {part: [4.0, 9.0] for part in PARTS}
    found = parts_per_approved(pl.DataFrame({"category": ["sheer", "none"], "approved": [2, 0], **parts}))
    assert found["category"].to_list() == ["sheer"]
    assert [found[part][0] for part in PARTS] == [2.0] * len(PARTS)
