"""A made-up shop in which nothing explains rework but chance, or one kind of image does."""

import numpy as np
import polars as pl

CATEGORIES, FLAGS, NUMBERS, CLUSTERS = 10, 6, 4, 8
ATTRIBUTES = ("category", *(f"flag_{n}" for n in range(FLAGS)), *(f"number_{n}" for n in range(NUMBERS)), "looks")
BASE_RATE, MINUTES = 0.12, 6.0


def made_up_rework(seed: int, *, skus: int, planted: float | None = None) -> pl.DataFrame:
    """Images of so many SKUs, one to four each, that fail together; ``planted``: the rate of category c1."""
    draw = np.random.default_rng(seed)
    photos = draw.integers(1, 5, skus)
    of_sku = np.repeat(np.arange(skus), photos)
    category = draw.integers(0, CATEGORIES, skus)
    odds = np.log(BASE_RATE / (1 - BASE_RATE)) + draw.normal(0, 1.0, skus)  # a product that is hard is hard in every photo
    if planted is not None:
        odds = np.where(category == 1, np.log(planted / (1 - planted)) + draw.normal(0, 1.0, skus), odds)
    failed = draw.random(len(of_sku)) < 1 / (1 + np.exp(-odds[of_sku]))
    columns = {
        "sku": [f"S-{n}" for n in of_sku],
        "failed": failed,
        "minutes": np.where(failed, draw.lognormal(np.log(MINUTES) - 0.25, 0.7, len(of_sku)), 0.0),
        "category": [f"c{n}" for n in category[of_sku]],
        "looks": [f"group {n}" for n in draw.integers(0, CLUSTERS, skus)[of_sku]],
    }
    for n in range(FLAGS):
        columns[f"flag_{n}"] = [("flagged" if one else None) for one in draw.random(len(of_sku)) < 0.15]
    for n in range(NUMBERS):
        columns[f"number_{n}"] = [("low", "middle", "high")[one] for one in draw.integers(0, 3, skus)[of_sku]]
    return pl.DataFrame(columns)
