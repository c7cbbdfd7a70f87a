"""The lift of new pictures: the truth of simulated pages is found, and chance is not taken for it."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from workbench.operations.lift import LEAST_SKUS, lifts, when

OLD, NEW = (date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28))


def pages(n, ratio, *, seed=1, views=800, spread=0.5, paired=True, days=(OLD, NEW), category="apparel"):
    """Products that differ from each other; with the new pictures each is put into carts `ratio` times as often."""
    draw = np.random.default_rng(seed)
    rows = []
    for k in range(n):
        rate = 0.06 * draw.gamma(1 / spread**2, spread**2)
        for version, times, (first, last) in (("old", 1.0, days[0]), ("new", ratio, days[1])):
            sku = f"s{k}" if paired else f"{version}{k}"
            seen = int(draw.poisson(views)) + 1
            orders = int(draw.poisson(seen * rate * times * 0.3))
            rows.append(
                {
                    "sku": sku, "image_version": version, "category": category, "first_day": first, "last_day": last,
                    "views": seen, "views_with_cart": seen, "add_to_cart": int(draw.poisson(seen * rate * times)),
                    "views_with_orders": seen, "orders": orders, "orders_with_returns": orders,
                    "returned": int(draw.binomial(orders, 0.2)), "simulated": False,
                }
            )  # fmt: skip
    return pl.DataFrame(rows)


def test_a_real_lift_is_found_and_put_into_words():
    cart, _order, returned = lifts(pages(60, 1.4), old="old", new="new")
    assert cart.design == "paired" and cart.skus_old == cart.skus_new == 60
    assert 0 < cart.low < 0.4 < cart.high < 0.7
    assert "rose by" in cart.conclusion and "better" in cart.conclusion
    assert returned.low < 0 < returned.high
    assert returned.conclusion.startswith("No difference in returns per order can be told")


def test_other_products_are_compared_by_robust_errors():
    cart = lifts(pages(200, 1.5, paired=False), old="old", new="new")[0]
    assert cart.design == "between"
    assert cart.low < 0.5 < cart.high
    same = lifts(pages(200, 1.5), old="old", new="new")[0]
    assert same.high - same.low < cart.high - cart.low, "a product against itself tells more"


@pytest.mark.parametrize("paired", [True, False])
def test_chance_alone_raises_an_alarm_in_at_most_five_of_a_hundred(paired):
    alarms = 0
    tries = 120
    for seed in range(tries):
        found = lifts(pages(25, 1.0, seed=seed, views=300, paired=paired), old="old", new="new")
        alarms += any(lift.lift is not None and (lift.low > 0 or lift.high < 0) for lift in found)
    assert alarms / tries <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / tries), f"{alarms} of {tries}"


def test_more_comparisons_make_wider_intervals():
    other = pages(40, 1.2, seed=2, category="sheer").with_columns(sku=pl.concat_str(pl.lit("x"), "sku"))
    totals = pl.concat([pages(40, 1.2), other])
    alone = lifts(totals, old="old", new="new")[0]
    among = lifts(totals, old="old", new="new", categories=["apparel", "sheer"])[0]
    assert (alone.comparisons, among.comparisons) == (3, 9)
    assert alone.lift == among.lift and among.high - among.low > alone.high - alone.low
    assert among.p_adjusted == pytest.approx(min(1, 9 * among.p))


def test_numbers_that_are_too_regular_do_not_make_an_interval_of_nothing():
    same = pages(20, 1.0).with_columns(
        views_with_orders=pl.lit(1000), orders=pl.lit(20), orders_with_returns=pl.lit(20), returned=pl.lit(2)
    )
    order = lifts(same, old="old", new="new")[1]
    assert order.lift == pytest.approx(0) and order.high - order.low > 0.2


def test_too_little_is_said_to_be_too_little():
    few = lifts(pages(LEAST_SKUS - 1, 2.0), old="old", new="new")
    assert all(lift.lift is None for lift in few)
    assert "needs 10 products with each version, there are 9 old and 9 new" in few[0].conclusion
    seldom = lifts(pages(20, 1.0, views=3), old="old", new="new")[1]
    assert "too seldom" in seldom.conclusion
    assert lifts(pages(20, 1.0), old="old", new="other")[0].rate_new is None


def test_what_the_dates_allow_to_be_said():
    assert "season, prices and campaigns" in when(pages(2, 1.0), old="old", new="new")
    assert "at random" in when(pages(2, 1.0, days=(OLD, OLD)), old="old", new="new")
    assert "nothing to compare" in when(pages(2, 1.0), old="old", new="third")
