"""Numbers of a result by name: missing is NaN, a check counts by its distance to its limit."""

import math

import pytest

from pipeline.models.risk_features import FEATURES, risk_features
from workbench.domain.records import CheckResult


def _check(name, value, limit=2.0, better="lower"):
    passed = None if value is None or limit is None else (value <= limit if better == "lower" else value >= limit)
    return CheckResult(check=name, value=value, unit="px", limit=limit, better=better, passed=passed)


def test_nothing_measured_is_nothing_known():
    found = risk_features({}, (), None)
    assert tuple(found) == FEATURES and len(set(FEATURES)) == len(FEATURES)
    assert all(math.isnan(value) for name, value in found.items() if not name.startswith("category."))
    assert sum(found[f"category.{name}"] for name in ("sheer", "apparel")) == 0


def test_a_check_counts_by_its_distance_to_its_limit():
    def near(value, **more):
        return risk_features({}, [_check("halo_width", value, **more)], None)["check.halo_width"]

    assert near(0.1) < near(1.0) < near(2.0) < near(8.0)
    assert near(2.0) == pytest.approx(math.log(1.01))
    assert near(1.0, limit=1.0) == near(2.0) and near(1.0, limit=4.0, better="higher") > 0
    assert math.isnan(near(None)) and math.isnan(near(1.0, limit=None))


def test_numbers_words_and_truths():
    found = risk_features(
        {"matte.band_confidence": 0.5, "matte.windows": 3, "doubt.outline_bare": None, "doubt.scale": True,
         "segmentation.engine": "classical"}, [_check("halo_width", 9.0), _check("edge_noise", 1.0)], "sheer",
    )  # fmt: skip
    assert found["matte.band_confidence"] == 0.5 and found["matte.windows"] == pytest.approx(math.log(3.001))
    assert math.isnan(found["doubt.outline_bare"]) and math.isnan(found["doubt.scale"])
    assert found["check.failed"] == 1.0 and found["category.sheer"] == 1.0 and found["category.apparel"] == 0.0
