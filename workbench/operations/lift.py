"""How much better pages did with new pictures than with old ones, and what may be concluded from it.

A product's own visitors are alike, so products, not views, are the independent units: intervals come from robust errors
over products. With at least `LEAST_SKUS` products that had both versions, each is compared with itself; else the
products with new pictures are compared with those with old ones. All comparisons that are shown share 5% (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import polars as pl

Outcome = Literal["cart_rate", "order_rate", "return_rate"]
# outcome -> what is counted, out of what, in words, and whether more is better
OUTCOMES: dict[Outcome, tuple[str, str, str, bool]] = {
    "cart_rate": ("add_to_cart", "views_with_cart", "add-to-cart per view", True),
    "order_rate": ("orders", "views_with_orders", "orders per view", True),
    "return_rate": ("returned", "orders_with_returns", "returns per order", False),
}
LEAST_SKUS = 10  # robust errors over fewer clusters are too small. Source: Cameron, Gelbach & Miller (2008), REStat 90.
LEAST_EVENTS = 10  # in each version; the usual floor for a log-linear model
ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """One comparison: ``lift`` is new rate / old rate - 1, None with the ``reason`` why there is none."""

    outcome: Outcome
    category: str | None  # None: all categories
    design: Literal["paired", "between"]
    skus_old: int
    skus_new: int
    events_old: int
    events_new: int
    rate_old: float | None
    rate_new: float | None
    lift: float | None = None
    low: float | None = None
    high: float | None = None
    log_error: float | None = None  # standard error of the logarithm of new / old
    p: float | None = None
    p_adjusted: float | None = None
    comparisons: int = 1
    reason: str = ""

    @property
    def conclusion(self) -> str:
        """One plain sentence: what can be concluded, and what cannot."""
        words, more_is_better = OUTCOMES[self.outcome][2:]
        if self.lift is None:
            return f"Nothing can be said about {words}: {self.reason}."
        if self.low > 0 or self.high < 0:
            better = (self.lift > 0) == more_is_better
            return (
                f"{words.capitalize()} {'rose' if self.lift > 0 else 'fell'} by {abs(self.lift):.1%} with the new "
                f"pictures ({self.low:+.1%} to {self.high:+.1%}), more than chance alone would make: "
                f"{'better' if better else 'worse'}."
            )
        return (
            f"No difference in {words} can be told: anything from {self.low:+.1%} to {self.high:+.1%} fits the numbers."
        )


def lifts(totals: pl.DataFrame, *, old: str, new: str, categories: Sequence[str] = ()) -> list[Lift]:
    """Compare two image versions, over all categories and, if asked for, each.

    Args:
        totals: Rows of the query ``page_totals``: one per product and image version.
        old: Version to compare with.
        new: Version that is compared.
        categories: Compared one by one beside the whole; each makes every interval wider.
    """
    import polars as pl

    found = []
    for category in (None, *categories):
        part = totals if category is None else totals.filter(pl.col("category") == category)
        found += [_compare(part, outcome, category, old, new) for outcome in OUTCOMES]
    return _share_alpha(found)


def when(totals: pl.DataFrame, *, old: str, new: str) -> str:
    """What the dates say about what else may have made a difference."""
    import polars as pl

    def days(version: str) -> tuple[date, date] | None:
        rows = totals.filter(pl.col("image_version") == version)
        return (rows["first_day"].min(), rows["last_day"].max()) if rows.height else None

    then, now = days(old), days(new)
    if then is None or now is None:
        return "Only one version of the pictures is on record: there is nothing to compare."
    if then[1] < now[0]:
        return (
            f"The old pictures were shown until {then[1]}, the new ones from {now[0]} on: season, prices and campaigns "
            "changed in between too, and this comparison cannot tell them from the pictures."
        )
    return (
        "Both versions were shown in the same period. That the pictures made the difference follows only if pages were "
        "given the new ones at random; if somebody chose them, the choice may have."
    )


def _compare(part: pl.DataFrame, outcome: Outcome, category: str | None, old: str, new: str) -> Lift:
    import polars as pl

    events, exposure = OUTCOMES[outcome][:2]
    rows = part.select("sku", "image_version", events=events, exposure=exposure).filter(pl.col("exposure") > 0)
    rows = rows.with_columns(pl.col("events").fill_null(0))
    before, after = (rows.filter(pl.col("image_version") == version) for version in (old, new))
    both = before.join(after, on="sku", suffix="_new")
    paired = both.height >= LEAST_SKUS
    if paired:
        before = before.join(both, on="sku", how="semi")
        after = after.join(both, on="sku", how="semi")
    counts = {
        "outcome": outcome, "category": category, "design": "paired" if paired else "between",
        "skus_old": before.height, "skus_new": after.height,
        "events_old": int(before["events"].sum()), "events_new": int(after["events"].sum()),
        "rate_old": _rate(before), "rate_new": _rate(after),
    }  # fmt: skip
    if min(before.height, after.height) < LEAST_SKUS:
        have = f"there are {before.height} old and {after.height} new"
        reason = f"it needs {LEAST_SKUS} products with each version, {have}"
        return Lift(**counts, reason=reason)
    if min(counts["events_old"], counts["events_new"]) < LEAST_EVENTS:
        reason = f"{counts['events_old']} times with the old and {counts['events_new']} with the new is too seldom"
        return Lift(**counts, reason=reason)
    estimate, error = _paired(both) if paired else _between(before, after)
    return Lift(**counts, lift=math.expm1(estimate), log_error=error)


def _paired(both: pl.DataFrame) -> tuple[float, float]:
    """Each product against itself: given its events, how many fall on the new pictures (conditional Poisson)."""
    import numpy as np
    import polars as pl
    import statsmodels.api as sm

    told = both.filter(pl.col("events") + pl.col("events_new") > 0)
    y = told.select("events_new", "events").to_numpy().astype(float)
    offset = np.log(told["exposure_new"].to_numpy() / told["exposure"].to_numpy())
    model = sm.GLM(y, np.ones((len(y), 1)), family=sm.families.Binomial(), offset=offset)
    return _estimate(model.fit(), model.fit(cov_type="HC1"), 0)


def _between(before: pl.DataFrame, after: pl.DataFrame) -> tuple[float, float]:
    """Products with new pictures against products with old ones (Poisson, errors robust over products)."""
    import numpy as np
    import polars as pl
    import statsmodels.api as sm

    rows = pl.concat([before, after])
    is_new = np.repeat([0.0, 1.0], [before.height, after.height])
    model = sm.GLM(
        rows["events"].to_numpy().astype(float), sm.add_constant(is_new), family=sm.families.Poisson(),
        offset=np.log(rows["exposure"].to_numpy().astype(float)),
    )  # fmt: skip
    groups = rows["sku"].rank("dense").to_numpy()
    return _estimate(model.fit(), model.fit(cov_type="cluster", cov_kwds={"groups": groups}), 1)


def _estimate(counting: Any, robust: Any, place: int) -> tuple[float, float]:
    """Logarithm of new / old and its error: robust over products, but never less than counting alone would give."""
    return float(robust.params[place]), float(max(robust.bse[place], counting.bse[place]))


def _share_alpha(found: list[Lift]) -> list[Lift]:
    """The same lifts, with intervals and p-values that hold for all of them together."""
    from dataclasses import replace

    from scipy.stats import t
    from statsmodels.stats.multitest import multipletests

    told = [n for n, lift in enumerate(found) if lift.lift is not None]
    if not told:
        return found
    shared, ps = list(found), []
    for n in told:
        lift = found[n]
        free = (lift.skus_new if lift.design == "paired" else lift.skus_old + lift.skus_new) - 1
        centre = math.log1p(lift.lift)
        reach = float(t.ppf(1 - ALPHA / 2 / len(told), free)) * lift.log_error
        ps.append(float(2 * t.sf(abs(centre) / lift.log_error, free)) if lift.log_error > 0 else 1.0)
        shared[n] = replace(
            lift, low=math.expm1(centre - reach), high=math.expm1(centre + reach), p=ps[-1], comparisons=len(told)
        )
    for n, p in zip(told, multipletests(ps, alpha=ALPHA, method="bonferroni")[1], strict=True):
        shared[n] = replace(shared[n], p_adjusted=float(p))
    return shared


def _rate(rows: pl.DataFrame) -> float | None:
    exposure = rows["exposure"].sum()
    return float(rows["events"].sum() / exposure) if exposure else None
