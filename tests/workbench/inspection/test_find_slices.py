"""Chance reports next to nothing, a planted kind is found and sized without flattery, products are not counted twice."""

import polars as pl
import pytest

from tests.workbench.inspection.made_up_rework import ATTRIBUTES, MINUTES, made_up_rework
from workbench.inspection.find_slices import find_slices


def test_chance_reports_next_to_nothing():
    """At most 5% of noise sets may report a kind; 40 sets with more than 5 such would be met once in 300 at that rate.
    All 200 are in tests/benchmarks/inspection_slices.py."""
    reported = [seed for seed in range(40) if find_slices(made_up_rework(seed, skus=300), ATTRIBUTES).slices]
    assert len(reported) <= 5


def test_a_planted_kind_is_found_sized_and_priced():
    rows = made_up_rework(7, skus=1600, planted=0.5)
    found = find_slices(rows, ATTRIBUTES)
    best = found.slices[0]
    assert ("category", "c1") in best.kind
    inside = rows.filter(pl.col("category") == "c1")
    assert best.rate == pytest.approx(inside["failed"].mean(), abs=0.08)
    assert best.more_minutes_low < best.more_minutes < best.more_minutes_high
    truth = inside["minutes"].mean() - rows.filter(pl.col("category") != "c1")["minutes"].mean()
    if len(best.kind) == 1:
        assert best.more_minutes_low < truth < best.more_minutes_high
        assert best.total_minutes == pytest.approx(best.more_minutes * inside.height)
    assert 0 < best.more_minutes < MINUTES and found.looked_at > 300 and found.tested <= 12


def test_photos_of_one_product_are_one_piece_of_evidence():
    """Forty products in a kind, of which three are hard, each with twenty photos that all fail: no finding."""
    rows = made_up_rework(3, skus=400)
    hard = pl.DataFrame(
        {"sku": [f"H-{n % 3}" for n in range(60)], "failed": [True] * 60, "minutes": [5.0] * 60, "category": ["c2"] * 60}
    )
    together = pl.concat([rows, hard], how="diagonal")
    assert not [one for one in find_slices(together, ATTRIBUTES).slices if one.kind == (("category", "c2"),)]


def test_a_kind_within_a_kind_stands_beneath_it():
    """A part of a costly kind explains nothing new; one that costs beside it stands for itself."""
    rows = made_up_rework(11, skus=3200, planted=0.6)
    hard = pl.col("flag_2").is_not_null() & (pl.col("category") != "c1") & (pl.col("sku").hash(seed=1) % 2 == 0)
    rows = rows.with_columns(failed=pl.col("failed") | hard, minutes=pl.when(hard).then(9.0).otherwise("minutes"))
    found = find_slices(rows, ATTRIBUTES).slices
    heads = {one.kind for one in found if one.beneath is None}
    assert {(("category", "c1"),), (("flag_2", "flagged"),)} <= heads
    below = [one for one in found if one.beneath]
    assert below and all(one.shared > 0.5 for one in below)
    above = None
    for one in found:  # each stands right beneath the kind it is part of, which cost more
        above = one if one.beneath is None else above
        assert one.beneath in (None, above.words) and one.total_minutes <= above.total_minutes
    for one in below:
        if ("category", "c1") in one.kind:
            assert one.beneath == "category: c1"


def test_nothing_judged_and_nothing_failed_are_no_error():
    empty = made_up_rework(1, skus=50).clear()
    assert find_slices(empty, ATTRIBUTES).slices == ()
    fine = made_up_rework(1, skus=50).with_columns(failed=pl.lit(False))
    assert find_slices(fine, ATTRIBUTES).slices == ()
