"""A property that moved is named with how far; chance is called chance; photos of one product count once."""

import numpy as np
import polars as pl
import pytest

from workbench.inspection.drift import LOOKS, find_drift

NUMBERS = [f"n{i}" for i in range(10)]


def photos(seed, *, moved=0.0, n=400):
    draw = np.random.default_rng(seed)
    rows = {"sku": [f"S-{i}" for i in range(n)], "now": np.arange(n) % 4 == 0}
    rows |= {name: draw.normal(0, 1, n) for name in NUMBERS}
    rows["n3"] = rows["n3"] + moved * rows["now"]
    rows["brand"] = [("a", "b", "c")[k] for k in draw.integers(0, 3, n)]
    return pl.DataFrame(rows)


def test_what_moved_is_named_with_how_far():
    found = find_drift(photos(1, moved=0.8), NUMBERS, ["brand"])
    assert [one.name for one in found if one.moved] == ["n3"]
    assert found[0].name == "n3" and found[0].move == pytest.approx(0.8, abs=0.25)


def test_chance_is_called_chance():
    """Of 40 histories without any change, false alarms stay near the 5% of the correction (10 would be met once in 10,000)."""
    alarms = sum(any(one.moved for one in find_drift(photos(seed), NUMBERS, ["brand"])) for seed in range(40))
    assert alarms < 8


def test_looks_that_moved_are_seen_in_no_number():
    draw = np.random.default_rng(5)
    rows = photos(5)
    vectors = draw.normal(0, 1, (rows.height, 8))
    still = {one.name: one for one in find_drift(rows, NUMBERS, [], vectors=vectors)}
    vectors[rows["now"].to_numpy()] += 0.5
    moved = {one.name: one for one in find_drift(rows, NUMBERS, [], vectors=vectors)}
    assert moved[LOOKS].moved and not still[LOOKS].moved and moved[LOOKS].move > 0.5


def test_photos_of_one_product_count_once():
    rows = photos(2, n=60)
    many = pl.concat([rows, *[rows.filter(pl.col("sku") == "S-0")] * 500])
    found = {one.name: one for one in find_drift(many, NUMBERS, ["brand"])}
    assert found == {} or max(one.n_now for one in found.values()) <= 15


def test_too_few_photos_say_nothing():
    assert find_drift(photos(1, n=40), NUMBERS, ["brand"]) == []
