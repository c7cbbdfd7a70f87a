"""Which rows may certify, by hand-counted rows."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from workbench.routing.certification_sample import Certificate, certification_sample

SCHEMA = {
    "set_id": pl.String, "image_id": pl.String, "sku": pl.String, "category": pl.String, "lane": pl.String,
    "risk": pl.Float64, "audit_sample": pl.Boolean, "inclusion_probability": pl.Float64, "auto_failed": pl.Boolean,
}  # fmt: skip


def rows(n, *, lane="auto", risk=0.1, sampled=True, chance=0.1, failed=False, sku=None, first=0):
    return [
        ("s", f"{lane}{first + i}", sku or f"{lane}{first + i}", "apparel", lane, risk, sampled, chance, failed)
        for i in range(n)
    ]


def frame(*parts):
    return pl.DataFrame([row for part in parts for row in part], schema=SCHEMA, orient="row")


def test_only_what_the_plan_drew_counts():
    found = certification_sample(
        frame(rows(20), rows(80, sampled=False, failed=None, first=20), rows(5, sampled=False, failed=True, first=100))
    )
    assert found.rows.height == 20 and not found.rows["failed"].any(), "complaints are no sample"
    assert found.reach == {}


def test_lanes_that_are_looked_at_more_are_thinned_to_the_lowest_rate():
    found = certification_sample(frame(rows(200), rows(4000, lane="check", risk=0.3, sampled=False, chance=1.0)))
    check = found.rows.filter(pl.col("risk") == 0.3).height
    assert found.rows.filter(pl.col("risk") == 0.1).height == 200
    assert 320 < check < 480, "a tenth of 4,000, give or take four standard deviations"
    again = certification_sample(frame(rows(200), rows(4000, lane="check", risk=0.3, sampled=False, chance=1.0)))
    assert again.rows.equals(found.rows), "anyone can draw the same again"


def test_one_photo_of_a_sku_and_every_photo_the_same_chance():
    many = [rows(5, lane="check", chance=1.0, sampled=False, sku=f"five{n}", first=1000 + 5 * n) for n in range(300)]
    found = certification_sample(frame(rows(1500, lane="check", chance=1.0, sampled=False), *many))
    assert found.rows["sku"].n_unique() == found.rows.height
    fives = found.rows.filter(pl.col("sku").str.starts_with("five")).height
    singles = found.rows.height - fives
    assert fives == 300, "one of each"
    assert 240 < singles < 360, "300 of 1,500 singles: one in five, as a photo of a SKU of five"


def test_a_lane_nobody_audits_ends_the_limits():
    found = certification_sample(
        frame(
            rows(50), rows(50, sampled=False, failed=None, first=50),
            rows(30, lane="manual", risk=0.6, failed=None, chance=1.0, sampled=False),
        )
    )  # fmt: skip
    assert found.reach == {"apparel": 0.6}
    manual = next(lane for lane in found.lanes if lane.lane == "manual")
    assert not manual.certifiable and manual.why == "only 0 of 30 drawn images are judged"
    nobody = certification_sample(frame(rows(30, sampled=False, failed=None)))
    assert nobody.rows.height == 0 and nobody.reach == {"apparel": 0.1}
    assert nobody.by_category()["apparel"][0].size == 0
    unaudited = certification_sample(frame(rows(30), rows(5, chance=0.0, sampled=False, failed=None, first=30)))
    assert "without an audit" in unaudited.lanes[0].why


def test_a_drawn_photo_that_is_not_judged_yet_counts_as_a_fault():
    found = certification_sample(frame(rows(95), rows(5, failed=None, first=95)))
    assert found.rows["failed"].sum() == 5 and found.rows["judged"].sum() == 95


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({}, ""), ({"engine": "other"}, "proved for engine classical, now other"),
        ({"spec_hash": "b" * 64}, "proved under spec aaaaaaaa, now bbbbbbbb"),
        ({"at": datetime(2027, 1, 1, tzinfo=UTC)}, "proved for photos until 1 Jun 2026"),
    ],
)  # fmt: skip
def test_a_certificate_lapses_when_what_it_was_proved_on_changes(now, words):
    one = Certificate(
        category="apparel", max_risk=0.2, target=0.05, delta=0.05, engine="classical", spec_hash="a" * 64, since=None,
        until=None, valid_until=datetime(2026, 6, 1, tzinfo=UTC),
    )  # fmt: skip
    asked = {"engine": "classical", "spec_hash": "a" * 64, "at": datetime(2026, 3, 1, tzinfo=UTC), **now}
    assert one.lapsed(**asked).startswith(words) and bool(one.lapsed(**asked)) == bool(words)
