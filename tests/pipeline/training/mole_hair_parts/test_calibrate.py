"""Calibration repairs logits that are too sure or lean to a class, and finds where to begin to answer."""

import numpy as np

from pipeline.models.mole_hair import calibrated
from pipeline.training.mole_hair_parts.calibrate import RIGHT, calibrate


def test_too_sure_and_leaning_logits_are_put_right():
    rng = np.random.default_rng(0)
    true = rng.normal(0, 2.5, (3000, 3))
    labels = np.array([rng.choice(3, p=row) for row in np.exp(true) / np.exp(true).sum(1, keepdims=True)])
    found = calibrate(3.0 * true + np.array([2.0, 0.0, 0.0]), labels)
    odds = calibrated(3.0 * true + np.array([2.0, 0, 0]), found["calibration_slope"], found["calibration_offset"])
    assert 0.25 < found["calibration_slope"][0] < 0.45
    for low, high in ((0.2, 0.5), (0.5, 0.8), (0.8, 0.95)):
        part = (odds[:, 0] >= low) & (odds[:, 0] < high)
        assert abs((labels[part] == 0).mean() - odds[part, 0].mean()) < 0.08
    sure = odds.max(1) >= found["sure_from"][0]
    assert 0 < sure.mean() < 1 and (odds.argmax(1) == labels)[sure].mean() >= RIGHT
