"""Each correcting step halves the faults recorded with the renders, and leaves faultless photos as they are.

The thresholds were calibrated on the renders numbered 0 to 5 of each category; these are 6 to 11, every second one.
All of them: `python tests/benchmarks/correction_faults.py`.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

BENCHMARK = Path(__file__).resolve().parents[1] / "benchmarks" / "correction_faults.py"


@pytest.fixture(scope="module")
def results(sample_dir):
    spec = importlib.util.spec_from_file_location("correction_faults", BENCHMARK)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    rows = benchmark.rows_of(sample_dir, "held")[::2]
    return [benchmark.measure(sample_dir, row, "truth") for row in rows]


FAULTS = ("colour_deg", "exposure_ev", "vignette_ev", "tilt_deg", "centre_share")


@pytest.mark.parametrize("fault", FAULTS)
def test_the_median_error_is_at_least_halved(results, fault):
    before, after = (np.median([result[k][fault] for result in results]) for k in (0, 1))
    assert after <= 0.5 * before


@pytest.mark.parametrize("fault", FAULTS[:4])
def test_most_faultless_photos_are_not_touched(results, fault):
    after = np.array([result[2][fault] for result in results])
    assert np.median(after) == 0.0
    assert np.mean(after > 1e-9) <= 0.35


def test_a_centred_product_stays_within_a_pixel_of_the_middle(results):
    assert np.median([result[2]["centre_share"] for result in results]) < 0.0015  # one pixel of 840
